import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Asking, mappingsOf, PREFIX, problemOf, startEstrom } from './asking.ts';

const elasticsearch = new Asking(inject('elasticsearch'));
let app: FastifyInstance;
let estrom: Asking;

beforeAll(async () => {
  ({ app, estrom } = await startEstrom());
});

afterEach(async () => {
  for (const server of [elasticsearch, estrom]) {
    for (const n of [1, 2]) await server.ask('DELETE', `/${PREFIX}-new-${n}`);
    await server.ask('DELETE', `/_index_template/${PREFIX}-*`);
    await server.ask('DELETE', `/_component_template/${PREFIX}-*`);
    await server.ask('DELETE', `/_template/${PREFIX}-*`);
  }
});

afterAll(() => app.close());

const patterns = { index_patterns: [`${PREFIX}-new-*`] };
const long = { type: 'long' };
const composable = (name: string) => `/_index_template/${PREFIX}-${name}`;
const component = (name: string) => `/_component_template/${PREFIX}-${name}`;
const legacy = (name: string) => `/_template/${PREFIX}-${name}`;

type Put = readonly [path: string, body: unknown];

const PARTS: readonly Put[] = [
  [
    component('one'),
    {
      template: {
        mappings: {
          properties: { a: { type: 'keyword' }, o: { properties: { x: long } } },
          dynamic_templates: [{ s: { match: 's', mapping: { type: 'keyword' } } }],
          _meta: { one: 1, of: { x: 1 } },
          date_detection: false,
        },
        settings: { number_of_shards: 1, 'index.refresh_interval': '5s' },
        aliases: { [`${PREFIX}-alias`]: {} },
      },
      version: 3,
    },
  ],
  [
    component('two'),
    {
      template: {
        mappings: {
          properties: { a: { type: 'text' }, o: { dynamic: 'strict', properties: { y: long } } },
          dynamic_templates: [
            { t: { match: 't', mapping: { type: 'keyword' } } },
            { s: { match: 's2', mapping: {} } },
          ],
          _meta: { two: 2, of: { y: 1 } },
        },
      },
    },
  ],
];

/** Templates that are put, then the index `new-1` is made with the request. */
const CASES: Readonly<Record<string, { puts: readonly Put[]; request?: unknown }>> = {
  'of several parts, a later field takes the place of an earlier one': {
    puts: [
      ...PARTS,
      [
        composable('both'),
        {
          ...patterns,
          composed_of: [`${PREFIX}-one`, `${PREFIX}-two`],
          template: { mappings: { properties: { o: { properties: { y: { type: 'text' } } } } } },
          priority: 5000,
        },
      ],
    ],
    request: {
      mappings: {
        properties: { a: long, n: { type: 'ip' } },
        dynamic_templates: [{ u: { match: 'u', mapping: {} } }],
      },
    },
  },
  'the composable template of the highest priority wins over all older ones': {
    puts: [
      [legacy('old'), { ...patterns, order: 9, mappings: { properties: { old: long } } }],
      [
        composable('low'),
        { ...patterns, priority: 5000, template: { mappings: { properties: { low: long } } } },
      ],
      [
        composable('high'),
        { ...patterns, priority: 5001, template: { mappings: { properties: { high: long } } } },
      ],
    ],
  },
  'older templates are merged by their order': {
    puts: [
      [
        legacy('first'),
        {
          ...patterns,
          order: 1,
          mappings: {
            properties: { a: { type: 'keyword' }, o: { properties: { x: long } } },
            dynamic_templates: [{ s: { match: 's', mapping: { type: 'keyword' } } }],
            dynamic_date_formats: ['yyyy'],
          },
          settings: { number_of_shards: 2 },
        },
      ],
      [
        legacy('second'),
        {
          ...patterns,
          order: 2,
          mappings: {
            properties: { a: { type: 'text' }, o: { properties: { y: long } } },
            dynamic_templates: [
              { t: { match: 't', mapping: { type: 'keyword' } } },
              { s: { match: 's2', mapping: {} } },
            ],
            dynamic_date_formats: ['MM'],
          },
          settings: { 'index.number_of_shards': 1 },
        },
      ],
    ],
    request: { mappings: { properties: { z: long } } },
  },
  'a request that contradicts an older template is refused': {
    puts: [[legacy('one'), { ...patterns, mappings: { properties: { o: { properties: {} } } } }]],
    request: { mappings: { properties: { o: { type: 'long', foo: 1 } } } },
  },
  'a request that contradicts a composable template is refused': {
    puts: [
      [
        composable('one'),
        {
          ...patterns,
          priority: 5000,
          template: { mappings: { properties: { o: { properties: { a: long } } } } },
        },
      ],
    ],
    request: { mappings: { properties: { o: long } } },
  },
  'a name that fits none gets nothing': {
    puts: [[legacy('else'), { index_patterns: ['else-*'], mappings: { properties: { a: long } } }]],
  },
};

describe('an index gets from templates what it gets in Elasticsearch', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { puts, request = {} }) => {
    const index = `${PREFIX}-new-1`;
    const outcomes: unknown[] = [];
    for (const server of [elasticsearch, estrom]) {
      for (const [path, body] of puts)
        expect(await server.ask('PUT', path, body)).toMatchObject({ status: 200 });
      const simulated = await server.ask('POST', `/_index_template/_simulate_index/${index}`);
      const made = await server.ask('PUT', `/${index}`, request);
      const mappings = mappingsOf(await server.ask('GET', `/${index}/_mapping`), index);
      const { body } = await server.ask('GET', `/${index}`);
      const { aliases, settings } = (body[index] ?? {}) as Record<string, Record<string, unknown>>;
      const { number_of_shards: shards, refresh_interval: interval } = (settings?.['index'] ??
        {}) as Record<string, unknown>;
      const problem = made.status < 300 ? undefined : problemOf(made);
      const { template } = simulated.body as { template?: { mappings?: unknown } };
      const simulatedMappings = template?.mappings;
      outcomes.push({ problem, mappings, aliases, shards, interval, simulatedMappings });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

describe('templates are refused as by Elasticsearch', () => {
  const bad = { mappings: { properties: { a: { type: 'foo' } } } };
  it.each<[string, string, unknown]>([
    ['parts that are not there', composable('x'), { ...patterns, composed_of: ['nope'] }],
    ['no patterns', composable('x'), {}],
    ['no older patterns', legacy('x'), {}],
    ['a part without a template', component('x'), {}],
    ['a part that cannot be parsed', component('x'), { template: bad }],
    ['an older one that cannot be parsed', legacy('x'), { ...patterns, ...bad }],
    ['one that cannot be parsed', composable('x'), { ...patterns, priority: 5000, template: bad }],
    ['a mapping below a type', legacy('x'), { ...patterns, mappings: { _doc: {} } }],
  ])('%s', async (_name, path, body) => {
    const theirs = await elasticsearch.ask('PUT', path, body);
    const ours = await estrom.ask('PUT', path, body);
    expect(ours.status).toBe(theirs.status);
    expect(ours.status).toBe(400);
  });

  it('refuses two of one priority for the same names', async () => {
    for (const server of [elasticsearch, estrom]) {
      await server.ask('PUT', composable('a'), { ...patterns, priority: 5000 });
    }
    const rival = { index_patterns: [`${PREFIX}-*-1`], priority: 5000 };
    const theirs = await elasticsearch.ask('PUT', composable('b'), rival);
    expect(problemOf(await estrom.ask('PUT', composable('b'), rival))).toBe(problemOf(theirs));
  });
});

const fixture = new URL(
  '../../mapping/fixtures/filebeat-7.17.29-template.json.gz',
  import.meta.url,
);

/** Types that the server of the tests has no plugin for are keywords to both. */
function withoutPlugins(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlugins);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if (['constant_keyword', 'wildcard', 'unsigned_long'].includes(String(object['type']))) {
    return { type: 'keyword' };
  }
  return Object.fromEntries(
    Object.entries(object).map(([key, each]) => [key, withoutPlugins(each)]),
  );
}

describe("Filebeat's template", () => {
  const original = JSON.parse(gunzipSync(readFileSync(fixture)).toString()) as {
    template: { settings: Record<string, unknown> };
  };

  it('is taken as it is', async () => {
    expect((await estrom.ask('PUT', composable('filebeat'), original)).status).toBe(200);
  });

  it('gives the same mapping as in Elasticsearch', async () => {
    const { settings, ...others } = original.template;
    const { lifecycle: _, ...index } = (settings['index'] ?? {}) as Record<string, unknown>;
    const template = { ...(withoutPlugins(others) as object), settings: { index } };
    const body = { ...original, ...patterns, priority: 5000, template };
    const mappings: unknown[] = [];
    for (const server of [elasticsearch, estrom]) {
      expect(problemOf(await server.ask('PUT', composable('filebeat'), body))).toBe('undefined: ');
      await server.ask('PUT', `/${PREFIX}-new-2`);
      mappings.push(
        mappingsOf(await server.ask('GET', `/${PREFIX}-new-2/_mapping`), `${PREFIX}-new-2`),
      );
    }
    expect(mappings[1]).toEqual(mappings[0]);
    expect(JSON.stringify(mappings[1]).length).toBeGreaterThan(50_000);
  });
});
