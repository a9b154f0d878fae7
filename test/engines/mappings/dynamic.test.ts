import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Found } from '../../../src/mapping/dynamic-rules.ts';
import { renderMapping } from '../../../src/mapping/explicit/render-mapping.ts';
import type { FieldKind } from '../../../src/mapping/field-kind.ts';
import { MappingState } from '../../../src/mapping/mapping-state.ts';
import { Asking, mappingsOf, PREFIX } from './asking.ts';

const elasticsearch = new Asking(inject('elasticsearch'));
const INDEX = `${PREFIX}-dynamic`;

afterEach(async () => void (await elasticsearch.ask('DELETE', `/${INDEX}`)));

/** Values of a document by path; what is said beside them is what they are to dynamic mapping. */
const VALUES: Readonly<Record<string, readonly [value: unknown, found: Found, format?: string]>> = {
  text: ['some words', 'string'],
  user_id: ['a1', 'string'],
  count: [7, 'long'],
  ratio: [0.5, 'double'],
  flag: [true, 'boolean'],
  at: ['2024-05-06T07:08:09Z', 'date'],
  n12: [5, 'long'],
  labels: [{}, 'object'],
  'labels.env': ['prod', 'string'],
  'labels.rank': [3, 'long'],
  'labels.deep': [{}, 'object'],
  'labels.deep.user_id': ['x', 'string'],
};

const SLASHES = 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis';

const template = (...all: readonly object[]) => ({
  dynamic_templates: all.map((each, n) => ({ [`t${n}`]: each })),
});
const keyword = { type: 'keyword' };

const CASES: Readonly<Record<string, { mappings: object; values?: typeof VALUES }>> = {
  'no templates': { mappings: {} },
  'by JSON type': {
    mappings: template(
      { match_mapping_type: 'string', mapping: keyword },
      { match_mapping_type: 'long', mapping: { type: 'short', coerce: false } },
      { match_mapping_type: 'double', mapping: {} },
      { match_mapping_type: 'boolean', mapping: { doc_values: false } },
      { match_mapping_type: 'date', mapping: { format: 'iso8601' } },
    ),
  },
  'any type': {
    mappings: template({ match_mapping_type: '*', match: '*t', mapping: { store: true } }),
  },
  'every type by its own name': {
    mappings: template({
      match_mapping_type: '*',
      unmatch: 'labels',
      path_unmatch: '*deep',
      mapping: { type: '{dynamic_type}', copy_to: 'copy_{name}' },
    }),
  },
  'by name and path': {
    mappings: template(
      { match: '*_id', path_unmatch: 'labels.deep.*', mapping: keyword },
      {
        path_match: 'labels.*',
        match_mapping_type: 'string',
        mapping: { type: 'text', norms: false },
      },
      { path_match: 'labels.*', match_mapping_type: 'long', mapping: { type: 'double' } },
    ),
  },
  'by a regular expression': {
    mappings: template(
      { match_pattern: 'regex', match: '^n\\d+$', mapping: { type: 'byte' } },
      { match_pattern: 'regex', path_match: 'labels\\..*', unmatch: 'deep', mapping: keyword },
    ),
  },
  'with no say in what it is for': { mappings: template({ unmatch: 'text', mapping: keyword }) },
  'an object with a say of its own': {
    mappings: template({ match: 'labels', mapping: { type: 'object', dynamic: false } }),
  },
  'an object that is not looked at': {
    mappings: template({
      match_mapping_type: 'object',
      mapping: { type: 'object', enabled: false },
    }),
    values: { o: [{ x: 1, y: { z: 'a' } }, 'object'] },
  },
  'dynamic false': {
    mappings: { dynamic: false, properties: { labels: { dynamic: true, properties: {} } } },
  },
  'dynamic false within': {
    mappings: { properties: { labels: { dynamic: 'false', properties: {} } } },
  },
  'with multi-fields': {
    mappings: template({
      match_mapping_type: 'string',
      mapping: { type: 'text', fields: { '{name}': { type: 'keyword', ignore_above: 5 } } },
    }),
  },
  'no dates': { mappings: { date_detection: false }, values: { at: ['2024-05-06', 'string'] } },
  'dates of a format': {
    mappings: { dynamic_date_formats: ['dd.MM.yyyy', 'HH:mm'] },
    values: { at: ['06.05.2024', 'date', 'dd.MM.yyyy'], hour: ['12:30', 'date', 'HH:mm'] },
  },
  'dates with slashes': { mappings: {}, values: { at: ['2024/05/06', 'date', SLASHES] } },
  'dates with slashes by a template': {
    mappings: template({ match_mapping_type: 'date', mapping: { ignore_malformed: true } }),
    values: { at: ['2024/05/06', 'date', SLASHES] },
  },
  'numbers in texts': {
    mappings: {
      numeric_detection: true,
      ...template({ match_mapping_type: 'long', mapping: { type: 'short' } }),
    },
    values: { n: ['5', 'long'], f: ['0.5', 'double'] },
  },
};

const USUAL: Readonly<Partial<Record<Found, FieldKind>>> = {
  string: { type: 'text', fields: { keyword: { type: 'keyword', ignoreAbove: 256 } } },
  long: { type: 'long' },
  double: { type: 'float' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
  object: { type: 'object' },
};

/** What the engine would learn: nothing below what is not mapped or not looked at. */
function learnt(state: MappingState, values: typeof VALUES): [string, FieldKind][] {
  const fields = new Map<string, FieldKind>(state.fieldsOf(INDEX));
  const found: [string, FieldKind][] = [];
  for (const [path, [, type, format]] of Object.entries(values)) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    const object = fields.get(parent);
    if (fields.has(path) || (parent !== '' && (object === undefined || object.enabled === false)))
      continue;
    if (object?.dynamic === 'false') continue;
    const kind = state.dynamicKind(INDEX, path, type, format);
    if (kind === null) continue;
    const chosen = kind ?? USUAL[type]!;
    fields.set(path, chosen);
    found.push([path, chosen]);
  }
  return found;
}

/** Kinds have no parameters that do not decide what matches. */
function withoutStorage(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each) => (['store', 'norms'].includes(key) ? undefined : each)),
  );
}

describe('documents bring fields as in Elasticsearch', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { mappings, values = VALUES }) => {
    await elasticsearch.ask('PUT', `/${INDEX}`, { mappings });
    const source: Record<string, unknown> = {};
    for (const [path, [value, found]] of Object.entries(values))
      if (found !== 'object' || Object.keys(value as object).length > 0) source[path] = value;
    const indexed = await elasticsearch.ask('POST', `/${INDEX}/_doc`, source);
    expect(indexed).toMatchObject({ status: 201 });
    const state = new MappingState({ log: { warn() {} } });
    state.create(INDEX, {
      mappings: mappings as Record<string, unknown>,
      settings: {},
      aliases: {},
    });
    const fields = learnt(state, values);
    state.learnFrom({ fieldsOf: () => fields });
    const theirs = mappingsOf(await elasticsearch.ask('GET', `/${INDEX}/_mapping`), INDEX) as {
      properties: unknown;
    };
    const ours = renderMapping(state.mappingOf(INDEX));
    // Targets of `copy_to` become fields of their own, which is the engine's to do.
    const { properties } = withoutStorage(theirs) as { properties: Record<string, unknown> };
    for (const name of Object.keys(properties ?? {}))
      if (name.startsWith('copy_')) delete properties[name];
    expect(withoutStorage(ours['properties'] ?? {})).toEqual(properties ?? {});
  });
});
