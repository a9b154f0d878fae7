import { chmodSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { steadyPort } from '../steady-port.ts';
import { run, temporaryFolder } from './child.ts';
import type { Client } from './client.ts';
import { ADDRESS, adapt, codeBlock } from './docs-page.ts';
import { COUNT, lines, message } from './documents.ts';
import { prepared } from './prepare.ts';

/** The file that users copy; the name of the index is left to Filebeat where none is given. */
function configuration(port: string, index: string | null, folder: string, stats: number): string {
  const text = adapt(codeBlock('filebeat', 'yaml'), {
    [ADDRESS]: `127.0.0.1:${port}`,
    '/var/log/*.log': `${folder}/*.log`,
  });
  const named =
    index === null
      ? ''
      : adapt(codeBlock('filebeat', 'yaml', 1), { 'index: logs': `index: ${index}` });
  return `${text}
${named}
http.enabled: true
http.port: ${stats}
logging.to_stderr: true
logging.level: error
`;
}

interface Started {
  /** Events that Filebeat itself counts as acknowledged. */
  readonly acknowledged: () => Promise<number>;
}

/** Filebeat reads a file that grows to all documents; it is gone after the test. */
export async function startFilebeat(
  port: string,
  index: string | null,
  half: Promise<void>,
): Promise<Started> {
  const program = `${await prepared('filebeat')}/program`;
  const folder = temporaryFolder('filebeat');
  const stats = await steadyPort();
  const config = `${folder}/filebeat.yml`;
  writeFileSync(config, configuration(port, index, folder, stats));
  chmodSync(config, 0o600);
  void writeFile(`${folder}/in.log`, lines(message, half));
  run(program, ['-e', '-c', config, '--path.home', folder, '--path.data', `${folder}/data`]);
  return {
    acknowledged: async () => {
      const answer = await fetch(`http://127.0.0.1:${stats}/stats`);
      const { libbeat } = (await answer.json()) as {
        libbeat: { output: { events: { acked?: number } } };
      };
      return libbeat.output.events.acked ?? 0;
    },
  };
}

export const filebeat: Client = {
  name: 'Filebeat 7.17',
  needs: ['filebeat'],
  async send({ port, index, half, settled }) {
    const { acknowledged } = await startFilebeat(port, index, half);
    await settled;
    let count = await acknowledged();
    // The last answer may still be on its way.
    for (let attempt = 0; attempt < 50 && count < COUNT; attempt++) {
      await delay(200);
      count = await acknowledged();
    }
    return count;
  },
};
