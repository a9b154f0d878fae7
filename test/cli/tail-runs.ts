import { fileURLToPath } from 'node:url';
import { Program } from './program.ts';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

/** The command line program. */
export class Run extends Program {
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    super(process.execPath, [ENTRY, ...args], { env: { TZ: 'UTC', ...env } });
  }
}

/** A server process, and its address. */
export async function startServer(flags: readonly string[] = []): Promise<[Run, string]> {
  const server = new Run(['--port', '0', '--log-level', 'warn', '--workers', '1', ...flags]);
  const [, url] = await server.said(/listens on (https?:\S+)\n/);
  return [server, url!];
}

/** Sends documents. */
export async function send(
  url: string,
  documents: readonly unknown[],
  token?: string,
  index = 'logs',
): Promise<void> {
  const body = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  const answer = await fetch(`${url}/api/v0.1/docs?i=${index}`, {
    method: 'POST',
    body,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** Resolves when so many tails are open. */
export async function watched(url: string, tails: number, token?: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/metrics`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const open = /^estrom_subscribers\{format="ndjson"\} (\d+)$/m.exec(await answer.text())?.[1];
    if (Number(open) === tails) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
