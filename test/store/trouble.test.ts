import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { temporaryFolder } from './folder.ts';
import { Process } from './process.ts';
import { startServer } from './server.ts';

async function refusal(data: string): Promise<string> {
  const { code, stderr } = await new Process(['--port', '0', '--data', data]).end();
  expect(stderr).toMatch(/^estrom: --data [^\n]+\n$/);
  expect(code).toBe(2);
  return stderr;
}

describe('--data that cannot be used', () => {
  it('is refused while another process has it, which goes on', async () => {
    const data = temporaryFolder();
    const server = await startServer({ data });
    expect(await refusal(data)).toContain(`${data} is in use by another estrom`);
    const id = await server.register('foo');
    expect(await server.details(id)).toBeDefined();
    await server.stop();
    const next = new Process(['--port', '0', '--data', data]);
    expect(await new Client(await next.listening()).details(id)).toBeDefined();
    expect((await next.end('SIGTERM')).code).toBe(0);
  });

  it('is refused when a newer version wrote it, and stays as it is', async () => {
    const data = temporaryFolder();
    const server = await startServer({ data });
    await server.register('foo');
    await server.stop();
    const file = join(data, 'estrom.sqlite');
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    expect(await refusal(data)).toContain('written by a newer estrom (format 99');
    expect(db.prepare('SELECT count(*) AS n FROM queries').get()).toEqual({ n: 1 });
    db.close();
  });

  it.each([
    ['no database', (file: string) => writeFileSync(file, 'x'.repeat(4096)), 'not a database'],
    [
      "another program's database",
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE theirs (x)');
        db.close();
      },
      'estrom did not make',
    ],
  ])('is refused when its file is %s', async (_name, write, reason) => {
    const data = temporaryFolder();
    write(join(data, 'estrom.sqlite'));
    expect(await refusal(data)).toContain(reason);
  });

  it('is refused when it is a file, or cannot be written to', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(file)).toContain('cannot be used');
    expect(await refusal('/proc/estrom')).toContain('a folder that this user may write to');
  });
});

describe('a disk that takes no more', () => {
  it('fails registrations with 503, and loses none that was answered before', async () => {
    const data = temporaryFolder();
    // Units of 512 bytes or of 1024, as the shell likes.
    const small = ['sh', '-c', 'ulimit -f 400; exec "$0" "$@"'];
    const limited = new Process(['--port', '0', '--data', data], small);
    const client = new Client(await limited.listening());
    const ids: string[] = [];
    for (let n = 0; ; n++) {
      const query = `w${n} ${'x'.repeat(2000)}`;
      const { status, body } = await client.call(
        'POST',
        '/api/v0.1/queries',
        JSON.stringify({ query }),
      );
      if (status === 201) ids.push(body['subscription_id']);
      else {
        expect(status).toBe(503);
        expect(body['error'].reason).toMatch(/^this cannot be kept: .*--data/);
        break;
      }
    }
    // What could not be kept is not there either.
    expect(await client.total()).toBe(ids.length);
    // A document whose fields' types cannot be kept is not answered as taken.
    await expect(sendUntilRefused(client)).resolves.toBe(true);
    await limited.end('SIGKILL');

    const server = await startServer({ data });
    expect(await server.total()).toBe(ids.length);
    for (const id of ids) expect(await server.details(id)).toBeDefined();
  });
});

async function sendUntilRefused(client: Client): Promise<boolean> {
  for (let n = 0; n < 200; n++) {
    const field = `f${n}${'y'.repeat(400)}`;
    const taken = await client.send({ [field]: 1 }).then(
      ({ status, body }) => status === 200 && body['failed'] === 0,
      // A connection that is cut makes the sender send again.
      () => false,
    );
    if (!taken) return true;
  }
  return false;
}
