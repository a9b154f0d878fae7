import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTokens } from '../../src/access/tokens-file.ts';
import { ingest } from '../../src/cli/ingest.ts';
import { makeToken } from '../../src/cli/token.ts';
import { ConfigError } from '../../src/config-load.ts';
import { selfSigned } from '../http/certificate.ts';
import { startServer } from '../http/running.ts';
import { Program } from './program.ts';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('estrom token', () => {
  it('makes entries that the file takes, each with a token of its own', () => {
    const bounds = { index: 'logs-*', filter: 'tenant:"a b"' };
    const one = makeToken({ name: 'one', roles: ['tail', 'register'], ...bounds });
    const two = makeToken({ name: 'two', roles: ['ingest'] });
    expect(one.token).not.toBe(two.token);
    expect(one.token.length).toBeGreaterThanOrEqual(43);
    expect(one.entry).not.toContain(one.token);
    const [first, second] = parseTokens(one.entry + two.entry, 'file');
    expect(first?.principal).toMatchObject({ index: 'logs-*', rowFilter: 'tenant:"a b"' });
    expect(second?.principal.roles).toEqual(new Set(['ingest']));
  });

  it('says what is wrong without talking of a file', () => {
    expect(() => makeToken({ name: 'x', roles: ['king'] })).toThrow(ConfigError);
    expect(() => makeToken({ name: 'x', roles: ['king'] })).toThrow(/^token roles: unknown role/);
  });
});

describe('the server process', () => {
  it('reads the tokens again at SIGHUP', async () => {
    const [first, second] = ['first', 'second'].map((name) => makeToken({ name, roles: ['tail'] }));
    const file = write('tokens.yml', first!.entry);
    const estrom = new Program(process.execPath, [ENTRY, '--port', '0', '--tokens', file]);
    const [, url] = await estrom.said(/"url":"([^"]+)"/);
    const status = async (token: string) =>
      (await fetch(`${url}/`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status(first!.token), await status(second!.token)]).toEqual([200, 401]);
    writeFileSync(file, second!.entry);
    estrom.child.kill('SIGHUP');
    await estrom.said(/tokens read again/);
    expect([await status(first!.token), await status(second!.token)]).toEqual([401, 200]);
    expect(await estrom.stop()).toBe(0);
  });
});

describe('estrom ingest', () => {
  it('gets in with a token, and with the certificate of the server', async () => {
    const { token, entry } = makeToken({ name: 'lines', roles: ['ingest'], index: 'logs' });
    const { cert, key } = selfSigned();
    const server = await startServer({
      tokens: write('tokens.yml', entry),
      tlsCert: write('cert.pem', cert),
      tlsKey: write('key.pem', key),
    });
    const url = server.url.replace('127.0.0.1', 'localhost');
    const output = new PassThrough();
    const send = (access: object, index = 'logs') =>
      ingest({ url, index, input: Readable.from(['{"n":1}\n']), output, ...access });
    expect(await send({ token, ca: cert })).toBe(0);
    expect(await send({ token: 'wrong', ca: cert })).toBe(1);
    expect(await send({ token, ca: cert }, 'metrics')).toBe(1);
    expect(output.read().toString()).toMatch(/not known here.*may not write to the index/s);
    await server.close();
  });
});
