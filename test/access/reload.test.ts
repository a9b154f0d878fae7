import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenAccess } from '../../src/access/token-access.ts';
import { watchFiles } from '../../src/access/watched-files.ts';
import { RawClient } from '../http/raw-client.ts';
import { startServer } from '../http/running.ts';

let folder: string;
let file: string;
let logged: string[];
const entry = (name: string, more = {}) => ({ name, token: `t-${name}`, roles: ['tail'], ...more });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-reload-'));
  file = join(folder, 'tokens.json');
  logged = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (...entries: object[]) => writeFileSync(file, JSON.stringify(entries));
const load = () => {
  const stream = { write: (line: string) => void logged.push(line) };
  return new TokenAccess(file, pino({ level: 'info' }, stream));
};

describe('tokens that are read again', () => {
  it('stay as they were when the file is bad, and the log says why', () => {
    write(entry('a'));
    const access = load();
    writeFileSync(file, '[{');
    access.reload();
    expect(access.authenticate('Bearer t-a').name).toBe('a');
    expect(logged.at(-1)).toContain('is not valid YAML');
    rmSync(file);
    access.reload();
    expect(access.authenticate('Bearer t-a').name).toBe('a');
    write(entry('b'));
    access.reload();
    expect(() => access.authenticate('Bearer t-a')).toThrow('not known');
    expect(access.authenticate('Bearer t-b').name).toBe('b');
  });

  it('cut what a changed or vanished caller has open, and nothing of the others', () => {
    write(entry('a'), entry('b'), entry('c'), entry('d'));
    const access = load();
    const cut: string[] = [];
    const open = (name: string) => {
      const caller = access.authenticateToken(`t-${name}`, name);
      return access.whileAllowed(caller, () => cut.push(name));
    };
    for (const name of ['a', 'b', 'c']) open(name);
    open('d')();
    write(entry('c', { index: 'logs-*' }), entry('a'));
    access.reload();
    expect(cut).toEqual(['b', 'c']);
    expect(access.authenticate('Bearer t-c').index).toBe('logs-*');
  });

  it('warn about tokens that stand there as they are, and never log one', () => {
    write(entry('a'));
    load();
    expect(logged.join()).toMatch(/"token":"a".*use sha256/);
    expect(logged.join()).not.toContain('t-a');
  });

  it('are noticed when another file takes the place of the old one', async () => {
    write(entry('a'));
    const changed = Promise.withResolvers<void>();
    const stop = watchFiles([file], changed.resolve, 20);
    // Again and again: the watch begins at some time after the call.
    const replacing = setInterval(() => {
      writeFileSync(`${file}.new`, `else ${performance.now()}`);
      renameSync(`${file}.new`, file);
    }, 50);
    await changed.promise;
    clearInterval(replacing);
    stop();
  });
});

describe('a running server', () => {
  it('ends the tails of a token that is taken away, and lets the others go on', async () => {
    write(entry('a'), entry('b'));
    const server = await startServer({ tokens: file });
    const tail = (name: string) =>
      new RawClient(server.port).send(
        `GET /api/v0.1/docs?format=ndjson HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t-${name}\r\n\r\n`,
      );
    const [a, b] = [tail('a'), tail('b')];
    await Promise.all([a.until(/\r\n\r\n/), b.until(/\r\n\r\n/)]);
    write(entry('b'), entry('in', { roles: ['ingest'] }));
    server.reload();
    await a.end();
    await fetch(`${server.url}/api/v0.1/docs?i=x`, {
      method: 'POST',
      headers: { authorization: 'Bearer t-in' },
      body: '{"still":"there"}',
    });
    await b.until(/still/);
    b.destroy();
    await server.close();
  });
});
