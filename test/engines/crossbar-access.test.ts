import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { ROLES, type Role } from '../../src/principal.ts';
import { errorOf, WampClient } from '../contract/wamp-client.ts';
import { Crossbar } from './crossbar.ts';
import { estromAt } from './crossbar-composed.ts';

const REFUSED = 'wamp.error.not_authorized';
const folder = mkdtempSync(join(tmpdir(), 'estrom-crossbar-'));
const tokens = join(folder, 'tokens.json');
const everything = ['ingest', 'tail', 'register'];
const entries = [
  ...ROLES.map((role) => ({ name: role, token: `secret-of-${role}`, roles: [role] })),
  { name: 'all', token: 'secret-of-all', roles: everything },
  { name: 'bounded', token: 'secret-of-bounded', roles: everything, index: 'own-*' },
];
let crossbar: Crossbar;
let estrom: Estrom;

beforeAll(async () => {
  writeFileSync(tokens, JSON.stringify({ tokens: entries }));
  crossbar = await Crossbar.start({ auth: 'ticket', subscribers: 'authenticated' });
  estrom = await estromAt(crossbar, { crossbarAuth: 'ticket', tokens });
});
afterAll(async () => {
  await estrom.close();
  await crossbar.stop();
  rmSync(folder, { recursive: true });
});

const joinAs = (name: string, secret = `secret-of-${name}`): Promise<WampClient> =>
  WampClient.open(crossbar.url, 'json', {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => secret,
  });

const send = async (index: string, source: string): Promise<void> => {
  const response = await fetch(`${estrom.url}/${index}/_doc`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret-of-all', 'content-type': 'application/json' },
    body: source,
  });
  expect(response.status).toBe(201);
};

/** What a request came to: undefined, or the error's URI. */
async function outcome(request: Promise<unknown>): Promise<string | undefined> {
  return await request.then(
    () => undefined,
    (error: { error: string }) => error.error,
  );
}

describe('Crossbar.io that asks estrom who may do what', () => {
  it('lets in with a token, and nobody else', async () => {
    await (await joinAs('tail')).close();
    await expect(joinAs('tail', 'secret-of-all')).rejects.toThrow(
      /authentication_failed|not_authorized/,
    );
    await expect(joinAs('tail', 'wrong')).rejects.toThrow(/unknown|token/);
    await expect(WampClient.open(crossbar.url, 'json')).rejects.toThrow('no_auth_method');
  });

  it.each(ROLES)('lets the role %s do what the role may', async (role: Role) => {
    const owner = await joinAs('all');
    const topic = await owner.register('logs', 'm:x');
    const client = await joinAs(role);
    expect({
      subscribe: await outcome(client.subscribe(topic)),
      register: await outcome(client.register('logs', 'm:x')),
      publish: await outcome(client.session.publish(topic, [], {}, { acknowledge: true })),
    }).toEqual({
      subscribe: role === 'tail' ? undefined : REFUSED,
      register: role === 'register' ? undefined : REFUSED,
      publish: REFUSED,
    });
    await Promise.all([client.close(), owner.close()]);
  });

  it('refuses everything but the exact topics that the caller may attach to', async () => {
    const [wide, bounded] = await Promise.all([joinAs('all'), joinAs('bounded')]);
    const theirs = await wide.register('*', 'm:x');
    const own = await bounded.register('*', 'm:x');
    expect(own).not.toBe(theirs);
    expect((await errorOf(bounded.subscribe(theirs))).error).toBe(REFUSED);
    for (const match of ['prefix', 'wildcard']) {
      for (const topic of ['docs-for-', own, 'docs-for-.', '']) {
        const { error } = await errorOf(bounded.subscribe(topic, { match }));
        expect(error).toMatch(/not_authorized|invalid_uri/);
      }
    }
    for (const topic of ['wamp.subscription.on_create', 'estrom.x', `${own}0`]) {
      expect((await errorOf(bounded.subscribe(topic))).error).toBe(REFUSED);
    }
    for (const procedure of ['wamp.subscription.list', 'estrom.authorize', 'estrom.authenticate']) {
      expect((await errorOf(bounded.session.call(procedure))).error).toBe(REFUSED);
    }
    const events = await bounded.subscribe(own);
    await send('own-1', '{"m":"x"}');
    await send('other', '{"m":"x"}');
    await send('own-2', '{"m":"x"}');
    const records = await events.reached(2);
    expect(records.map(({ _index }) => _index)).toEqual(['own-1', 'own-2']);
    await Promise.all([wide.close(), bounded.close()]);
  });

  it('ends the sessions of a token that is withdrawn', async () => {
    const client = await joinAs('tail');
    writeFileSync(
      tokens,
      JSON.stringify({ tokens: entries.filter(({ name }) => name !== 'tail') }),
    );
    estrom.reload();
    await client.ended;
    await expect(joinAs('tail')).rejects.toThrow(/token/);
  });
});
