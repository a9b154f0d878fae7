import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type AccessControl, NO_ACCESS_CONTROL } from '../../../src/access/access-control.ts';
import { TokenAccess } from '../../../src/access/token-access.ts';
import { createLogger } from '../../../src/log.ts';
import { canonical } from '../../../src/query/canonical.ts';
import {
  DEFAULT_TEMPLATE,
  FilterTemplate,
} from '../../../src/subscriptions/matching/filter-template.ts';
import { SubscriptionMatcher } from '../../../src/subscriptions/matching/matcher.ts';
import type { RowBounds } from '../../../src/subscriptions/matching/matcher-entry.ts';
import {
  type BoundSubscription,
  TriggerRegistry,
} from '../../../src/subscriptions/matching/trigger-registry.ts';
import type { KeptPart, KeptSubscription } from '../../../src/subscriptions/model.ts';
import { parseRowFilter } from '../../../src/subscriptions/rights/row-filter.ts';
import {
  type BoundsParts,
  SubscriptionBounds,
} from '../../../src/subscriptions/rights/subscription-bounds.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

const log = createLogger('silent');
const ADA = { name: 'ada', token: 'a', roles: ['register'], filter: 'team:a' };
const EVE = { name: 'eve', token: 'e', roles: ['register'], filter: 'team:e', index: 'imgs-*' };
const PROXY = { name: 'proxy', token: 'p', roles: ['admin'] };

/** Access by a file of tokens, and how to give it others. */
function tokens(...entries: object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'estrom-bounds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokens.json');
  const write = (...now: object[]) => writeFileSync(file, JSON.stringify(now));
  write(...entries);
  const access = new TokenAccess(file, log);
  const become = (...now: object[]) => {
    write(...now);
    access.reload();
  };
  return { access, become };
}

function boundsOf(
  access: Pick<AccessControl, 'named' | 'whileAllowed'>,
  more: Partial<BoundsParts> = {},
) {
  return new SubscriptionBounds({ access, rule: '', hasRowHeader: false, log, ...more });
}

/** Of somebody, written by somebody. */
function kept(
  id: string,
  created_by: string,
  estrom: Partial<KeptPart> = {},
  change: Partial<KeptSubscription> = {},
): KeptSubscription {
  const own = { revision: 1, principal: created_by, rowFilter: null, ...estrom };
  return subscriptionOf({ id }, { created_by, ...change, estrom: own });
}

/** As a text: `paused`, or the index expression and the query, if there is one. */
function shown(bounds: RowBounds | null): string {
  if (bounds === null) return 'paused';
  const { filter, scope } = bounds;
  return [scope, ...(filter === null ? [] : [canonical(filter as never)])].join(' ');
}

const asked = (scope: string, ...filters: string[]): string => {
  const clauses = filters.map(parseRowFilter);
  return shown({ filter: { kind: 'and', clauses }, scope });
};

it('bounds nobody where there are neither tokens nor rules', () => {
  const bounds = boundsOf(NO_ACCESS_CONTROL);
  expect(shown(bounds.boundOf(kept('1', 'ada', { principal: null })).bounds)).toBe('*');
});

it("takes indices and row filter of the owner's token", () => {
  const { access } = tokens(ADA, EVE);
  const bounds = boundsOf(access);
  const of = (...args: Parameters<typeof kept>) => shown(bounds.boundOf(kept(...args)).bounds);
  expect(of('1', 'ada')).toBe(asked('*', 'team:a'));
  expect(of('2', 'eve')).toBe(asked('imgs-*', 'team:e'));
  // Made before there were tokens.
  expect(of('3', 'eve', { principal: null })).toBe(asked('imgs-*', 'team:e'));
  expect(of('4', 'bob')).toBe('paused');
  expect(of('5', 'bob', { principal: null })).toBe('paused');
});

it("adds the operator's rule and the proxy's row filter", () => {
  const { access } = tokens(ADA, PROXY);
  const bounds = boundsOf(access, { rule: 'f=owner:eq:(user)', hasRowHeader: true });
  const of = (...args: Parameters<typeof kept>) => shown(bounds.boundOf(kept(...args)).bounds);
  expect(of('1', 'ada')).toBe(asked('*', 'team:a', 'owner:"ada"'));
  expect(of('2', 'bob', { principal: 'proxy', rowFilter: 'f=place:eq:x' })).toBe(
    asked('*', 'owner:"bob"', 'place:x'),
  );
  // One who has a token as well has both rights.
  expect(of('3', 'ada', { principal: 'proxy', rowFilter: '*' })).toBe(
    asked('*', 'team:a', 'owner:"ada"'),
  );
  expect(of('4', 'bob', { principal: 'proxy' })).toBe('paused');
  expect(of('5', 'bob', { principal: 'proxy', rowFilter: 'a AND (' })).toBe('paused');
  const open = boundsOf(NO_ACCESS_CONTROL, { hasRowHeader: true });
  expect(open.boundOf(kept('6', 'ada', { principal: null })).bounds).toBe(null);
});

it('tells why rights are not known', () => {
  const { access } = tokens({ ...PROXY, index: 'a-*' }, EVE, { ...ADA, roles: ['ingest'] });
  const bounds = boundsOf(access, { hasRowHeader: true });
  const reason = (created_by: string, principal: string | null, rowFilter: string | null = null) =>
    bounds.rightsOf({ created_by, principal, rowFilter }).reason;
  expect(reason('eve', 'eve')).toBe(null);
  expect(reason('bob', 'bob')).toBe('there is no token of "bob"');
  expect(reason('bob', null)).toBe('there is no token of "bob"');
  expect(reason('bob', 'eve', '*')).toBe('"eve" may not speak for others any more, such as "bob"');
  expect(reason('bob', 'proxy')).toMatch(/^no proxy has said which documents "bob" may see/);
  expect(reason('eve', 'proxy', '*')).toBe('"proxy" and "eve" are bound to different indices');
  expect(reason('ada', 'ada')).toBe('"ada" may not see documents any more');
  expect(reason('bob', 'proxy', 'f=a:is:1')).toMatch(/^its row filter cannot be read: .*\[is\]/);
});

/** What was put, as `id bounds`, in its order. */
function watched(bounds: SubscriptionBounds) {
  const put: string[] = [];
  const end = bounds.watch(async (group) => {
    put.push(...group.map((one) => `${one.subscription.id} ${shown(one.bounds)}`));
  });
  onTestFinished(end);
  return { take: () => put.splice(0), end };
}

it('puts those whose bounds have changed, and no others', async () => {
  const { access, become } = tokens(ADA, EVE, PROXY);
  const bounds = boundsOf(access);
  const { take } = watched(bounds);
  const first = bounds.boundOf(kept('1', 'ada'));
  for (const one of [kept('2', 'ada'), kept('3', 'eve'), kept('4', 'bob')]) bounds.boundOf(one);
  await bounds.refresh();
  expect(take()).toEqual([]);
  become({ ...ADA, filter: 'team:b' }, { ...EVE, token: 'other' }, PROXY);
  await bounds.refresh();
  expect(take()).toEqual([`1 ${asked('*', 'team:b')}`, `2 ${asked('*', 'team:b')}`]);
  expect(shown(first.bounds)).toBe(asked('*', 'team:b'));
  become({ ...ADA, filter: '{"match":{"team":"b"}}' }, EVE, PROXY);
  await bounds.refresh();
  expect(take()).toEqual([]);
});

it('pauses those of a token that is gone at once, and resumes them when it is back', async () => {
  const { access, become } = tokens(ADA, PROXY);
  const bounds = boundsOf(access, { interval: 20 });
  const told = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let turn = 0;
  bounds.boundOf(kept('1', 'ada'));
  bounds.boundOf(kept('2', 'bob', { principal: 'proxy' }));
  const end = bounds.watch(async (group) => {
    told[turn++]!.resolve(group.map((one) => `${one.subscription.id} ${shown(one.bounds)}`).join());
  });
  onTestFinished(end);
  become(PROXY);
  expect(await told[0]!.promise).toBe('1 paused');
  become(PROXY, ADA);
  expect(await told[1]!.promise).toBe(`1 ${asked('*', 'team:a')}`);
});

it('pauses first, and then lets others see other things', async () => {
  const { access, become } = tokens(ADA, EVE);
  const bounds = boundsOf(access);
  const { take } = watched(bounds);
  for (const one of [kept('1', 'ada'), kept('2', 'eve')]) bounds.boundOf(one);
  become({ ...ADA, filter: 'team:b' });
  await bounds.refresh();
  expect(take().map((one) => one.slice(0, 8))).toEqual([
    '2 paused',
    expect.stringMatching(/^1 \* /),
  ]);
});

it('pauses what was written for others by one who may not do that any more', async () => {
  const { access, become } = tokens(PROXY);
  const bounds = boundsOf(access);
  const { take } = watched(bounds);
  bounds.boundOf(kept('1', 'bob', { principal: 'proxy' }));
  become({ ...PROXY, roles: ['register'] });
  await bounds.refresh();
  expect(take()).toEqual(['1 paused']);
});

it('puts no state that is not the newest, and nothing that was deleted meanwhile', async () => {
  const { access, become } = tokens(ADA);
  const bounds = boundsOf(access);
  const ids = Array.from({ length: 3000 }, (_, n) => `${n}`);
  for (const id of ids) bounds.boundOf(kept(id, 'ada'));
  const put: BoundSubscription[] = [];
  const blocked = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  onTestFinished(
    bounds.watch(async (group) => {
      put.push(...group);
      begun.resolve();
      await blocked.promise;
    }),
  );
  become({ ...ADA, filter: 'team:b' });
  await begun.promise;
  const later = ids.slice(put.length);
  bounds.boundOf(kept(later[0]!, 'ada', { revision: 2 }, { deleted: true }));
  bounds.boundOf(kept(later[1]!, 'ada', { revision: 2 }));
  bounds.boundOf(kept(later[2]!, 'eve', { revision: 2 }));
  // An older state that comes late changes nothing.
  bounds.boundOf(kept(later[2]!, 'ada'));
  blocked.resolve();
  await bounds.refresh();
  const putIds = put.map(({ subscription }) => subscription.id);
  expect(new Set(putIds).size).toBe(putIds.length);
  expect(ids.filter((id) => !putIds.includes(id))).toEqual(later.slice(0, 3));
});

it('lets nothing come back that was deleted while all were read', () => {
  const bounds = boundsOf(NO_ACCESS_CONTROL);
  const gone = kept('1', 'ada', { revision: 2 }, { deleted: true });
  bounds.boundOf(gone);
  expect(bounds.boundOf(kept('1', 'ada')).subscription).toBe(gone);
  watched(bounds);
  expect(bounds.boundOf(gone).subscription).toBe(gone);
});

it('tries again when a group could not be put', async () => {
  const { access, become } = tokens(ADA);
  const bounds = boundsOf(access);
  bounds.boundOf(kept('1', 'ada'));
  let isBroken = true;
  const put: string[] = [];
  onTestFinished(
    bounds.watch(async (group) => {
      if (isBroken) throw new Error('the engine failed');
      put.push(...group.map((one) => shown(one.bounds)));
    }),
  );
  become();
  await expect(bounds.refresh()).rejects.toThrow('the engine failed');
  isBroken = false;
  await bounds.refresh();
  expect(put).toEqual(['paused']);
});

it('matches by what owners may see now, and never without it', async () => {
  const [triggers, filters] = [embeddedEngine({ workers: 1 }), embeddedEngine({ workers: 1 })];
  onTestFinished(async () => {
    await Promise.all([triggers.close(), filters.close()]);
  });
  const template = new FilterTemplate(DEFAULT_TEMPLATE, { geometryKey: 'geometry' });
  const parts = { template, triggers, filters };
  const registry = new TriggerRegistry(parts);
  onTestFinished(() => registry.close());
  const matcher = new SubscriptionMatcher({ ...parts, registry });
  const { access, become } = tokens(ADA, EVE);
  const bounds = boundsOf(access, { rule: 'NOT hidden:true' });
  onTestFinished(bounds.watch((group) => registry.put(group)));
  const trigger = { event: 'UPDATE', job: 'images' };
  const make = (id: string, created_by: string) => {
    const estrom = { revision: 1, principal: created_by, rowFilter: null };
    return bounds.boundOf(subscriptionOf({ id, trigger }, { created_by, estrom }));
  };
  await registry.put([make('a', 'ada'), make('e', 'eve'), make('b', 'bob')]);
  const object = {
    id: 'x',
    event: 'UPDATE',
    job: 'images',
    geometry: { type: 'Point', coordinates: [1, 2] },
  };
  const told = async (index: string, document: object) => {
    const event = {
      ...{ position: '1', text: JSON.stringify({ object }) },
      document: { index, id: 'x', source: JSON.stringify(document) },
    };
    const { orders, failures } = await matcher.match([event]);
    expect(failures).toEqual([]);
    return orders.map(({ subscriptionId }) => subscriptionId).sort();
  };
  const both = { team: ['a', 'e'] };
  expect(await told('imgs-1', both)).toEqual(['a', 'e']);
  expect(await told('docs', both)).toEqual(['a']);
  expect(await told('imgs-1', { team: 'e' })).toEqual(['e']);
  expect(await told('imgs-1', { ...both, hidden: true })).toEqual([]);
  expect(registry.paused).toBe(1);
  become({ ...ADA, filter: 'team:e' }, { ...ADA, name: 'bob', token: 'b' });
  await bounds.refresh();
  expect(await told('docs', { team: 'a' })).toEqual(['b']);
  expect(await told('imgs-1', { team: 'e' })).toEqual(['a']);
  expect(registry.paused).toBe(1);
});

it('looks at many subscriptions without putting any of them', async () => {
  const users = Array.from({ length: 1000 }, (_, n) => ({ ...ADA, name: `u${n}`, token: `t${n}` }));
  const { access, become } = tokens(...users, EVE);
  const bounds = boundsOf(access, { rule: 'owner:(user)' });
  const { take } = watched(bounds);
  for (let n = 0; n < 20_000; n++) bounds.boundOf(kept(`${n}`, `u${n % 1000}`));
  await bounds.refresh();
  expect(take()).toEqual([]);
  become(...users.slice(1), EVE);
  await bounds.refresh();
  expect(take()).toHaveLength(20);
});
