import { describe, expect, it, onTestFinished } from 'vitest';
import { clientContract } from './contract.ts';
import { COUNT } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { filebeat, startFilebeat } from './filebeat.ts';
import { SurvivingTail } from './surviving-tail.ts';

clientContract(filebeat);

describe('Filebeat with its whole set-up', () => {
  it('sets up policy, template and alias, sends to the alias, and finds all again', async () => {
    const estrom = await EstromProcess.start();
    onTestFinished(async () => void (await estrom.stop()));
    const tail = new SurvivingTail(estrom.url, 'filebeat-*');
    await tail.open();
    onTestFinished(() => tail.close());
    await startFilebeat(estrom.port, null, Promise.resolve());
    await tail.reached(COUNT);
    expect(tail.hits).toBe(COUNT);
    for (const path of ['_ilm/policy/filebeat', '_index_template/*', '_alias/filebeat-7.17.29']) {
      const answer = await fetch(`${estrom.url}/${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('filebeat');
    }
  });
});
