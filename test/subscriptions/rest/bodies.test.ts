import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { readBody, readDraft } from '../../../src/subscriptions/rest/draft.ts';
import {
  compileTriggerSchema,
  loadTriggerSchema,
} from '../../../src/subscriptions/rest/trigger-schema.ts';
import { draft } from './subscription-server.ts';

/** The body with one member set, or taken out where the value is undefined. */
function withMember(path: string, value: unknown): Record<string, unknown> {
  const body = structuredClone(draft()) as unknown as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  let at = body;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return body;
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    return `${error.status} ${error.message}`;
  }
  return 'taken';
}

const REQUIRED = [
  'created_by',
  'active',
  'starts_at',
  'title',
  'subscription',
  'subscription.trigger',
  'subscription.callback',
  'subscription.hits',
  'subscription.hits.filter',
];

it.each(REQUIRED)('misses [%s], also where it is null', (path) => {
  for (const value of [undefined, null]) {
    const answer = refusal(() => readDraft(withMember(path, value)));
    expect(answer).toContain(`400 [${path}] is missing: `);
  }
});

it.each([
  ['created_by', '', '400 [created_by] must not be empty, but found ""'],
  ['created_by', 7, '400 [created_by] must be a text, but found 7'],
  ['active', 'yes', '400 [active] must be true or false, but found "yes"'],
  ['starts_at', 1.5, '400 [starts_at] must be a whole number, but found 1.5'],
  ['starts_at', '1', '400 [starts_at] must be a whole number, but found "1"'],
  ['expires_at', 1e300, '400 [expires_at] must be <= 8640000000000, but found 1e+300'],
  ['title', '', '400 [title] must not be empty, but found ""'],
  ['subscription', [], '400 [subscription] must be an object, but found a list of 0'],
  ['subscription.trigger', 'x', '400 [subscription.trigger] must be an object, but found "x"'],
  ['subscription.callback', {}, '400 [subscription.callback] must be a text, but found an object'],
  [
    'subscription.hits.filter',
    '',
    '400 [subscription.hits.filter] must not be empty, but found ""',
  ],
  [
    'subscription.hits.projection',
    5,
    '400 [subscription.hits.projection] must be a text, but found 5',
  ],
  ['userMetadatas', ['a'], '400 [userMetadatas] must be an object, but found a list of 1'],
  ['user_metadatas', 5, 'taken'],
])('refuses %s: %j', (path, value, expected) => {
  expect(refusal(() => readDraft(withMember(path, value)))).toBe(expected);
});

it('refuses bodies that are no objects', () => {
  expect(refusal(() => readDraft([]))).toBe(
    '400 the body must be an object, but found a list of 0',
  );
  expect(refusal(() => readBody(''))).toBe('400 the body is missing: send a JSON object');
  expect(refusal(() => readBody('{"a":'))).toMatch(/^400 the body is not valid JSON: .*offset 5/);
  expect(refusal(() => readBody('['.repeat(100_000)))).toMatch(/^400 /);
});

it('fills in the projection and keeps only what it knows', () => {
  const body = withMember('subscription.hits.projection', undefined);
  const read = readDraft({ ...body, unknown: 1, _links: {} });
  const { subscription } = draft();
  const hits = { filter: 'filter', projection: '' };
  expect(read).toStrictEqual(draft({ subscription: { ...subscription, hits } }));
});

it('needs no end and no metadata', () => {
  const { expires_at: _, userMetadatas: __, ...rest } = draft();
  expect(readDraft(rest)).toStrictEqual(rest);
  expect(readDraft({ ...rest, expires_at: null, userMetadatas: null })).toStrictEqual(rest);
});

it('keeps null inside of triggers and metadata', () => {
  const { subscription } = draft();
  const body = draft({
    subscription: { ...subscription, trigger: { none: null } },
    userMetadatas: { none: null },
  });
  expect(readDraft(body)).toStrictEqual(body);
});

const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  required: ['geometry', 'job', 'event'],
  properties: {
    geometry: { type: 'object', description: 'a GeoJSON geometry' },
    job: {
      type: 'array',
      items: { type: 'string', enum: ['Actor', 'Coach'] },
      uniqueItems: true,
      minItems: 1,
    },
    event: { type: 'array', items: { enum: ['CREATE', 'UPDATE'] }, contains: { const: 'UPDATE' } },
    since: { type: 'string', format: 'date' },
  },
  if: { required: ['job'], properties: { job: { contains: { const: 'Coach' } } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of the draft
  then: { required: ['since'] },
  'x-operator': 'whatever',
};

it("checks triggers by the operator's schema and says where they are wrong", () => {
  const check = compileTriggerSchema(SCHEMA, 'the schema');
  const good = { geometry: {}, job: ['Actor'], event: ['UPDATE'], since: 'no date' };
  const about = (change: object) => refusal(() => check({ ...good, ...change }));
  expect(about({})).toBe('taken');
  expect(about({ more: 1 })).toBe('taken');
  expect(refusal(() => check({}))).toBe(
    '400 [subscription.trigger.geometry] is missing: a GeoJSON geometry',
  );
  expect(about({ job: 'Actor' })).toBe(
    '400 [subscription.trigger.job] must be a list, but found "Actor"',
  );
  expect(about({ job: ['Pilot'] })).toBe(
    '400 [subscription.trigger.job.0] must be one of "Actor", "Coach", but found "Pilot"',
  );
  expect(about({ job: [] })).toMatch(/^400 \[subscription.trigger.job\] must NOT have fewer/);
  expect(about({ job: ['Actor', 'Actor'] })).toMatch(/^400 \[subscription.trigger.job\]/);
  expect(about({ event: ['CREATE'] })).toMatch(/^400 \[subscription.trigger.event/);
  expect(about({ job: ['Coach'], since: undefined })).toMatch(/^400 /);
});

it('refuses a file that is no schema, by its name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'estrom-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'trigger.json');
  expect(() => loadTriggerSchema(file)).toThrow(`${file} cannot be read`);
  writeFileSync(file, '{');
  expect(() => loadTriggerSchema(file)).toThrow(`${file} cannot be read`);
  for (const bad of [{ type: 'text' }, { $ref: 'http://elsewhere/' }, [], 5, { required: 'a' }]) {
    writeFileSync(file, JSON.stringify(bad));
    expect(() => loadTriggerSchema(file)).toThrow(`${file} is not a JSON Schema (draft-07)`);
  }
  writeFileSync(file, JSON.stringify(SCHEMA));
  expect(refusal(() => loadTriggerSchema(file).check({}))).toMatch(/^400 /);
});
