import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../src/principal.ts';
import type { BrokerUnderTest } from '../../contract/broker-contract.ts';
import { errorOf, WampClient } from '../../contract/wamp-client.ts';
import { composed } from './composed.ts';

const folder = mkdtempSync(join(tmpdir(), 'estrom-wamp-'));
const tokens = join(folder, 'tokens.json');
let broker: BrokerUnderTest;

const everything = ['ingest', 'tail', 'register'];
beforeAll(async () => {
  const entries = [
    ...ROLES.map((role) => ({ name: role, token: `secret-of-${role}`, roles: [role] })),
    { name: 'all', token: 'secret-of-all', roles: everything },
    { name: 'bounded', token: 'secret-of-bounded', roles: everything, index: 'own-*' },
  ];
  writeFileSync(tokens, JSON.stringify({ tokens: entries }));
  broker = await composed({ tokens });
});
afterAll(async () => {
  await broker.close();
  rmSync(folder, { recursive: true });
});

function joinAs(name: string): Promise<WampClient> {
  return WampClient.open(broker.wamp, 'json', {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => `secret-of-${name}`,
  });
}

/** What a request came to: undefined, or the error's URI. */
async function outcome(request: Promise<unknown>): Promise<string | undefined> {
  return await request.then(
    () => undefined,
    (error: { error: string }) => error.error,
  );
}

describe('a WAMP session with tokens', () => {
  it.each(ROLES)('of the role %s may do what the role may', async (role: Role) => {
    const owner = await joinAs('all');
    const topic = await owner.register('logs', 'm:x');
    const client = await joinAs(role);
    const refused = 'wamp.error.not_authorized';
    expect({
      subscribe: await outcome(client.subscribe(topic)),
      register: await outcome(client.register('logs', 'm:x')),
      publish: await outcome(client.session.publish(topic, [], {}, { acknowledge: true })),
    }).toEqual({
      subscribe: role === 'tail' ? undefined : refused,
      register: role === 'register' ? undefined : refused,
      publish: refused,
    });
    await Promise.all([client.close(), owner.close()]);
  });

  it('cannot watch what was registered with wider bounds by knowing its id', async () => {
    const [wide, bounded] = await Promise.all([joinAs('all'), joinAs('bounded')]);
    const topic = await wide.register('*', 'm:x');
    expect((await errorOf(bounded.subscribe(topic))).error).toBe('estrom.error.query_unknown');
    await bounded.subscribe(await bounded.register('*', 'm:x'));
    await Promise.all([wide.close(), bounded.close()]);
  });
});
