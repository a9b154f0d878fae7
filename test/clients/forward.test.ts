import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Elasticsearch } from '../engines/elasticsearch.ts';
import type { Client } from './client.ts';
import { COUNT, exactly, shownOf } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { filebeat, startFilebeat } from './filebeat.ts';
import { Licensed } from './licensed.ts';
import { javascript, openTelemetry, python } from './programs.ts';
import { rsyslog } from './rsyslog.ts';
import { tailUrl } from './run.ts';
import { SurvivingTail } from './surviving-tail.ts';
import { CurlTail } from './tail-process.ts';

let own: Elasticsearch | undefined;
let server: Licensed;
let runs = 0;

beforeAll(async () => {
  const running = process.env['ESTROM_TEST_ELASTICSEARCH'];
  own = running === undefined ? await Elasticsearch.start({ heap: '512m' }) : undefined;
  server = await Licensed.start(running ?? own!.url);
});
afterAll(async () => {
  await server.close();
  await own?.stop();
});

async function start(): Promise<EstromProcess> {
  const prefix = `fwdclients${process.pid}x${runs++}`;
  const flags = ['--forward', '--elasticsearch', server.url, '--engine', 'embedded'];
  const estrom = await EstromProcess.start([...flags, '--elasticsearch-prefix', prefix]);
  onTestFinished(async () => {
    await estrom.stop();
    for (const path of [`${prefix}*`, 'filebeat-7*', '_index_template/filebeat*']) {
      await fetch(`${server.url}/${path}`, { method: 'DELETE' });
    }
  });
  return estrom;
}

async function stored(index: string): Promise<number> {
  await fetch(`${server.url}/${index}/_refresh`, { method: 'POST' });
  const { count } = (await (await fetch(`${server.url}/${index}/_count`)).json()) as {
    count: number;
  };
  return count;
}

const CLIENTS: readonly Client[] = [
  javascript('elasticsearch-js 9', 'es9'),
  javascript('elasticsearch-js 8', '@elastic/elasticsearch'),
  python('elasticsearch-py 9', 'python-9', {}),
  python('elasticsearch-py 7', 'python-7', {}),
  rsyslog,
  openTelemetry,
  filebeat,
];

describe('before a real Elasticsearch', () => {
  test.each(CLIENTS)(
    '$name: what is stored and what the tail gets is what was sent',
    async (client) => {
      const estrom = await start();
      const index = `fwdclient-${process.pid}-${runs}`;
      const tail = await CurlTail.open(tailUrl(estrom.url, index, 'ndjson', '&on_slow=block'));
      const settled = tail.reached(shownOf(COUNT));
      const half = Promise.resolve();
      const sent = client.send({ port: estrom.port, index, half, settled });
      const [accepted] = await Promise.all([sent, settled]);
      const inIndex = await stored(index);
      await fetch(`${server.url}/${index}`, { method: 'DELETE' });
      await estrom.stop();
      expect({ accepted, inIndex, tail: await tail.ended() }).toEqual({
        accepted: COUNT,
        inIndex: COUNT,
        tail: exactly(COUNT),
      });
    },
  );

  test('Filebeat does its whole set-up through estrom', async () => {
    const estrom = await start();
    const tail = new SurvivingTail(estrom.url, 'filebeat-*');
    await tail.open();
    onTestFinished(() => tail.close());
    await startFilebeat(estrom.port, null, Promise.resolve());
    await tail.reached(COUNT);
    expect(tail.hits).toBe(COUNT);
    expect(await stored('filebeat-7.17.29')).toBe(COUNT);
    expect(server.asked).toEqual(
      expect.arrayContaining([
        'GET /_license',
        'PUT /_ilm/policy/filebeat',
        'PUT /_index_template/filebeat-7.17.29',
        'HEAD /_index_template/filebeat-7.17.29',
        'PUT /%3Cfilebeat-7.17.29-%7Bnow%2Fd%7D-000001%3E',
      ]),
    );
  });
});
