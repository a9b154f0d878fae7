import { describe, expect, it, onTestFinished } from 'vitest';
import { COUNT, message } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { Rsyslog } from './rsyslog.ts';
import { deliversExactly, tailUrl } from './run.ts';
import { CurlTail } from './tail-process.ts';

/** Well above what a line takes (some milliseconds) on a machine that does other things as well. */
const AT_ONCE = 2000;

describe('rsyslog', () => {
  it('sends log lines and curl -N prints the matching ones as they happen', async () => {
    const estrom = await EstromProcess.start();
    onTestFinished(async () => void (await estrom.stop()));
    const rsyslog = await Rsyslog.start(estrom.port, 'logs-now');
    onTestFinished(() => rsyslog.stop());
    const curl = await CurlTail.open(tailUrl(estrom.url, 'logs-*', 'ndjson'));
    onTestFinished(() => curl.stop());

    for (let n = 1; n <= 3; n++) {
      const begun = performance.now();
      await rsyslog.log(message(5 * n));
      await rsyslog.log(message(5 * n + 1));
      await curl.reached(n);
      expect(performance.now() - begun).toBeLessThan(AT_ONCE);
      expect(JSON.parse(curl.lastLine)).toMatchObject({
        _index: 'logs-now',
        // rsyslog leaves the space after the tag where it is.
        _source: { host: 'host', program: 'estrom-test', message: ` ${message(5 * n + 1)}` },
      });
    }
    await rsyslog.stop();
    expect(await estrom.stop()).toBe(0);
    expect(await curl.ended()).toEqual({ hits: 3, distinct: 3, strange: 0 });
  });

  it('sends many and every tail gets exactly its matches', async () => {
    await deliversExactly('rsyslog', async ({ port, index, delivered }) => {
      const rsyslog = await Rsyslog.start(port, index);
      onTestFinished(() => rsyslog.stop());
      for (let n = 0; n < COUNT; n++) await rsyslog.log(message(n));
      await delivered;
      return rsyslog.accepted();
    });
  });
});
