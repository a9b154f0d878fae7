import { describe, expect, it, onTestFinished } from 'vitest';
import { clientContract } from './contract.ts';
import { message } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { Rsyslog, rsyslog } from './rsyslog.ts';
import { tailUrl } from './run.ts';
import { CurlTail } from './tail-process.ts';

/** Well above what a line takes (some milliseconds) on a machine that does other things as well. */
const AT_ONCE = 2000;

describe('rsyslog', () => {
  it('sends log lines and curl -N prints the matching ones as they happen', async () => {
    const estrom = await EstromProcess.start();
    onTestFinished(async () => void (await estrom.stop()));
    const daemon = await Rsyslog.start(estrom.port, 'logs-now');
    onTestFinished(() => daemon.stop());
    const curl = await CurlTail.open(tailUrl(estrom.url, 'logs-*', 'ndjson'));
    onTestFinished(() => curl.stop());

    for (let n = 1; n <= 3; n++) {
      const begun = performance.now();
      await daemon.log(message(5 * n));
      await daemon.log(message(5 * n + 1));
      await curl.reached(n);
      expect(performance.now() - begun).toBeLessThan(AT_ONCE);
      expect(JSON.parse(curl.lastLine)).toMatchObject({
        _index: 'logs-now',
        // rsyslog leaves the space after the tag where it is.
        _source: { host: 'host', program: 'estrom-test', message: ` ${message(5 * n + 1)}` },
      });
    }
    await daemon.stop();
    expect(await estrom.stop()).toBe(0);
    expect(await curl.ended()).toEqual({ hits: 3, distinct: 3, strange: 0 });
  });
});

clientContract(rsyslog);
