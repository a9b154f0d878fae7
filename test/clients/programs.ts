import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { feed, run, temporaryFolder } from './child.ts';
import type { Client } from './client.ts';
import { ADDRESS, adapt, codeBlock } from './docs-page.ts';
import { COUNT, lines, message } from './documents.ts';
import { type PartName, prepared } from './prepare.ts';

/** Documents as the programs in the documentation read them. */
const documents = (half: Promise<void>): AsyncGenerator<string> =>
  lines((n) => JSON.stringify({ message: message(n) }), half);

const INDEX = 'events';

/** The program from javascript.md, with the given package. */
export function javascript(name: string, packageName: string, position = 0): Client {
  return {
    name,
    async send({ port, index, half }) {
      const code = adapt(codeBlock('javascript', 'js', position), {
        [ADDRESS]: `127.0.0.1:${port}`,
        [`'${INDEX}'`]: `'${index}'`,
        ...(position === 0 ? { "'@elastic/elasticsearch'": `'${packageName}'` } : {}),
      });
      // Within the project, where its packages are found.
      const folder = resolve('.cache/clients/programs');
      mkdirSync(folder, { recursive: true });
      const file = `${folder}/${name.replaceAll(/\W+/g, '-')}.mjs`;
      writeFileSync(file, code);
      const { child, output } = run(process.execPath, [file]);
      await feed(child, documents(half));
      return (JSON.parse(await output) as { successful: number }).successful;
    },
  };
}

/** The program from python.md, in the environment with that version. */
export function python(
  name: string,
  environment: PartName,
  changes: Record<string, string>,
): Client {
  return {
    name,
    needs: [environment],
    async send({ port, index, half }) {
      const code = adapt(codeBlock('python', 'python'), {
        [ADDRESS]: `127.0.0.1:${port}`,
        [`"_index": "${INDEX}"`]: `"_index": "${index}"`,
        ...changes,
      });
      const file = `${temporaryFolder('python')}/send.py`;
      writeFileSync(file, code);
      const { child, output } = run(`${await prepared(environment)}/bin/python3`, [
        '-W',
        'ignore',
        file,
      ]);
      await feed(child, documents(half));
      return (JSON.parse(await output) as { accepted: number }).accepted;
    },
  };
}

export const go: Client = {
  name: 'go-elasticsearch 9',
  needs: ['bulk'],
  async send({ port, index, half }) {
    const program = `${await prepared('bulk')}/program`;
    const { child, output } = run(program, [`http://127.0.0.1:${port}`, index]);
    await feed(child, documents(half));
    return (JSON.parse(await output) as { accepted: number }).accepted;
  },
};

export const elasticdump: Client = {
  name: 'elasticdump',
  async send({ port, index, half }) {
    const input = `${temporaryFolder('elasticdump')}/events.json`;
    // A pipe with a name: the program reads it as the file that it expects.
    execFileSync('mkfifo', [input]);
    const line = (n: number) =>
      JSON.stringify({ _index: index, _id: `${n}`, _source: { message: message(n) } });
    void writeFile(input, lines(line, half));
    const command = adapt(codeBlock('elasticdump', 'sh'), {
      [`${ADDRESS}/${INDEX}`]: `127.0.0.1:${port}/${index}`,
      '--input=events.json': `--input=${input}`,
    });
    const { output } = run('sh', ['-c', command]);
    const [, written] = /Total Writes: (\d+)/.exec(await output) ?? [];
    return Number(written ?? 0);
  },
};

export const openTelemetry: Client = {
  name: 'OpenTelemetry exporter 0.120',
  needs: ['otel'],
  async send({ port, index, half }) {
    const config = `${temporaryFolder('otel')}/collector.yaml`;
    const yaml = adapt(codeBlock('opentelemetry', 'yaml'), {
      [ADDRESS]: `127.0.0.1:${port}`,
      'logs_index: logs': `logs_index: ${index}`,
    });
    writeFileSync(config, yaml);
    const program = `${await prepared('otel')}/program`;
    const { child, output } = run(program, [config, String(COUNT)]);
    await half;
    child.stdin!.end('go on\n');
    return (JSON.parse(await output) as { accepted: number }).accepted;
  },
};
