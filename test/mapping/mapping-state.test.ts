import { describe, expect, it } from 'vitest';
import { renderMapping } from '../../src/mapping/explicit/render-mapping.ts';
import type { FieldKind } from '../../src/mapping/field-kind.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import type { AssetStore, KeptAsset } from '../../src/store/store.ts';

/** Keeps in memory, as a folder would. */
class Kept implements AssetStore {
  readonly #assets = new Map<string, KeptAsset>();
  get assets(): readonly KeptAsset[] {
    return [...this.#assets.values()];
  }
  async putAssets(assets: Parameters<AssetStore['putAssets']>[0]): Promise<void> {
    for (const { kind, name, text } of assets) {
      if (text === null) this.#assets.delete(`${kind} ${name}`);
      else this.#assets.set(`${kind} ${name}`, { kind, name, text });
    }
  }
}

function stateOf(store?: AssetStore): { state: MappingState; warnings: string[] } {
  const warnings: string[] = [];
  const log = { warn: (_: unknown, text?: string) => void warnings.push(text ?? '') };
  return { state: new MappingState({ store, log: log as never }), warnings };
}

const NOTHING = { settings: {}, mappings: {}, aliases: {} };
const mapped = (properties: object) => ({ ...NOTHING, mappings: { properties } });
const fields = (state: MappingState, index: string) => Object.fromEntries(state.fieldsOf(index));
const shown = (state: MappingState, index: string) => renderMapping(state.mappingOf(index));

describe('the mapping of an index', () => {
  it('is what the engine is told, member by member', () => {
    const { state } = stateOf();
    state.create(
      'logs',
      mapped({
        message: {
          type: 'text',
          analyzer: 'simple',
          fields: { raw: { type: 'keyword', ignore_above: 9 } },
        },
        level: { type: 'keyword', normalizer: 'lowercase', copy_to: 'all', null_value: 'x' },
        n: { type: 'integer', coerce: false, null_value: '7', index: false },
        at: { type: 'date', format: 'yyyy', ignore_malformed: true },
        o: { dynamic: 'strict', properties: { ip: { type: 'ip', doc_values: false } } },
        other: { type: 'alias', path: 'level' },
      }),
    );
    expect(fields(state, 'logs')).toEqual({
      message: {
        type: 'text',
        analyzer: 'simple',
        fields: { raw: { type: 'keyword', ignoreAbove: 9 } },
      },
      level: { type: 'keyword', normalizer: 'lowercase', copyTo: ['all'], nullValue: '"x"' },
      n: { type: 'integer', coerce: false, nullValue: '7', index: false },
      at: { type: 'date', format: 'yyyy', ignoreMalformed: true },
      o: { type: 'object', dynamic: 'strict' },
      'o.ip': { type: 'ip', docValues: false },
      other: { type: 'alias', path: 'level' },
    });
  });

  it('takes types that nothing matches, and warns once', () => {
    const { state, warnings } = stateOf();
    const properties = {
      f: { type: 'aggregate_metric_double' },
      c: { type: 'version' },
      g: { type: 'text', analyzer: 'thai', fields: { k: { type: 'keyword' } } },
    };
    state.create('logs-1', mapped(properties));
    state.create('logs-2', mapped(properties));
    const hidden: FieldKind = { type: 'object', enabled: false };
    const unsearched: FieldKind = { type: 'keyword', index: false, docValues: false };
    for (const index of ['logs-1', 'logs-2']) {
      expect(fields(state, index)).toEqual({
        f: hidden,
        c: unsearched,
        g: { ...unsearched, fields: { k: { type: 'keyword' } } },
      });
      expect(shown(state, index)).toEqual({ properties });
    }
    expect(warnings).toHaveLength(3);
  });

  it('says at once which part of an analyzer it lacks, and for each one again', () => {
    const { state, warnings } = stateOf();
    const properties = { t: { type: 'text', analyzer: 'mine' } };
    const withFilter = (filter: object) => ({
      ...mapped(properties),
      settings: {
        analysis: {
          filter: { f: filter },
          analyzer: { mine: { tokenizer: 'standard', filter: 'f' } },
        },
      },
    });
    state.create('a', withFilter({ type: 'synonym', synonyms_path: 'words.txt' }));
    state.create('b', withFilter({ type: 'min_hash' }));
    state.create('c', withFilter({ type: 'min_hash' }));
    state.create('d', withFilter({ type: 'stop' }));
    state.create('e', {
      ...mapped({ t: { type: 'text', analyzer: 'de' }, k: { type: 'keyword', normalizer: 'n' } }),
      settings: {
        analysis: {
          analyzer: { de: { type: 'german', stopwords_path: 'words.txt' } },
          normalizer: { n: { type: 'custom', filter: ['icu_folding'] } },
        },
      },
    });
    expect(warnings).toEqual(
      [
        'analyzer [mine] ([synonyms_path] is not supported)',
        'analyzer [mine] (filter of type [min_hash] is not supported)',
        'analyzer [de] (an analyzer of type [german] takes no [stopwords_path] here)',
        'normalizer [n] (filter [icu_folding] is not supported)',
      ].map((what) => `fields with ${what} are taken, but no query matches them`),
    );
  });

  it('shows what documents brought, and takes it over when more is mapped', () => {
    const { state } = stateOf();
    state.create('logs', mapped({ 'o.a': { type: 'keyword' } }));
    state.learnFrom({
      fieldsOf: () => [
        ['o.b', { type: 'long' }],
        ['o', { type: 'object' }],
        ['t', { type: 'text', fields: { keyword: { type: 'keyword', ignoreAbove: 256 } } }],
      ],
    });
    const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
    expect(shown(state, 'logs')).toEqual({
      properties: { o: { properties: { a: { type: 'keyword' }, b: { type: 'long' } } }, t: text },
    });
    expect(() => state.update(['logs'], { properties: { t: { type: 'long' } } })).toThrow(
      'mapper [t] cannot be changed from type [text] to [long]',
    );
    state.update(['logs'], {
      properties: { t: { type: 'text', fields: { raw: { type: 'keyword' } } } },
    });
    expect(fields(state, 'logs')).toMatchObject({
      'o.b': { type: 'long' },
      t: { fields: { keyword: {}, raw: {} } },
    });
  });

  it('is that of the index which an alias writes to', () => {
    const { state } = stateOf();
    state.create('logs-1', mapped({ a: { type: 'ip' } }));
    state.assets.put(
      'alias',
      'logs',
      JSON.stringify({ 'logs-0': {}, 'logs-1': { is_write_index: true } }),
    );
    const told: string[] = [];
    state.onChange((index, change) => told.push(`${index} ${change}`));
    expect(fields(state, 'logs')).toEqual({ a: { type: 'ip' } });
    state.update(['logs-1'], { properties: { b: { type: 'ip' } } });
    expect(Object.keys(fields(state, 'logs'))).toEqual(['a', 'b']);
    expect(told).toEqual(['logs-1 changed', 'logs changed']);
    state.delete('logs-1');
    expect(told.slice(2)).toEqual(['logs-1 deleted', 'logs deleted']);
  });
});

describe('templates', () => {
  it('give their mapping to new indices, and leave those that documents came for', () => {
    const { state } = stateOf();
    state.templates.putLegacy('t', {
      index_patterns: ['logs-*'],
      mappings: { properties: { a: { type: 'ip' } } },
    });
    state.templatesChanged();
    expect(fields(state, 'logs-1')).toEqual({ a: { type: 'ip' } });
    state.open('logs-1');
    const { version } = state.describe('logs-1');
    state.templates.putLegacy('t', {
      index_patterns: ['logs-*'],
      mappings: { properties: { a: { type: 'long' } } },
    });
    state.templatesChanged();
    expect(fields(state, 'logs-1')).toEqual({ a: { type: 'ip' } });
    expect(fields(state, 'logs-2')).toEqual({ a: { type: 'long' } });
    expect(state.describe('logs-1').version).toBe(version);
  });

  it('share one mapping among the indices of a rollover', () => {
    const { state } = stateOf();
    state.templates.putComposable('t', {
      index_patterns: ['logs-*'],
      template: { mappings: { properties: { a: { type: 'ip' } } } },
    });
    for (const index of ['logs-1', 'logs-2', 'logs-3']) state.open(index);
    expect([...state.assets.all('mapping')]).toHaveLength(1);
    expect(state.describe('logs-1').fields).toBe(state.describe('logs-3').fields);
    for (const index of ['logs-1', 'logs-2', 'logs-3']) state.delete(index);
    expect([...state.assets.all('mapping')]).toHaveLength(0);
  });
});

describe('after a restart', () => {
  it('everything is as it was, and versions go on', () => {
    const store = new Kept();
    const { state: before } = stateOf(store);
    before.templates.putComponent('c', {
      template: { mappings: { properties: { a: { type: 'ip' } } } },
    });
    before.templates.putComposable('t', { index_patterns: ['logs-*'], composed_of: ['c'] });
    before.open('logs-1');
    before.create('made', {
      ...mapped({ b: { type: 'date' } }),
      settings: { refresh_interval: '5s' },
    });
    before.templates.delete('index-template', 't');
    const { state: after } = stateOf(store);
    for (const index of ['logs-1', 'made']) {
      expect(after.describe(index)).toEqual(before.describe(index));
      expect(shown(after, index)).toEqual(shown(before, index));
    }
    expect(after.settingsOf('made')).toEqual({ refresh_interval: '5s' });
    expect(fields(after, 'logs-2')).toEqual({});
    const { version } = after.describe('made');
    after.update(['made'], { properties: { c: { type: 'long' } } });
    expect(after.describe('made').version).toBeGreaterThan(version);
  });
});
