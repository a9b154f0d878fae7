import { describe, expect, it } from 'vitest';
import { DynamicRules } from '../../src/mapping/dynamic-rules.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';

function rulesOf(mappings: Readonly<Record<string, unknown>>, settings = {}): DynamicRules {
  const state = new MappingState({ log: { warn() {} } });
  state.create('logs', { mappings, settings, aliases: {} });
  // Workers get it as JSON.
  return new DynamicRules(JSON.parse(JSON.stringify(state.describe('logs'))));
}

const templates = (...all: unknown[]) => ({ dynamic_templates: all });

describe('dynamic templates', () => {
  it('give the first that fits, with its placeholders filled', () => {
    const rules = rulesOf(
      templates(
        { ids: { match: '*_id', match_mapping_type: 'string', mapping: { type: 'keyword' } } },
        {
          copies: {
            path_match: 'user.*',
            path_unmatch: '*.age',
            mapping: { type: '{dynamic_type}', copy_to: 'all_{name}' },
          },
        },
      ),
    );
    expect(rules.kindOf('a_id', 'string')).toEqual({ type: 'keyword' });
    expect(rules.kindOf('user.b_id', 'string')).toEqual({ type: 'keyword' });
    expect(rules.kindOf('user.b_id', 'long')).toEqual({ type: 'long', copyTo: ['all_b_id'] });
    expect(rules.kindOf('user.name', 'string')).toEqual({ type: 'text', copyTo: ['all_name'] });
    expect(rules.kindOf('user.size', 'double')).toEqual({ type: 'float', copyTo: ['all_size'] });
    expect(rules.kindOf('user.age', 'long')).toBeUndefined();
    expect(rules.kindOf('other', 'string')).toBeUndefined();
  });

  it('take regular expressions, for whole names', () => {
    const rules = rulesOf(
      templates({ r: { match_pattern: 'regex', match: '^n\\d+$', mapping: { type: 'byte' } } }),
    );
    expect(rules.kindOf('n12', 'long')).toEqual({ type: 'byte' });
    expect(rules.kindOf('xn12', 'long')).toBeUndefined();
  });

  it('are for nothing when they do not say what they are for', () => {
    const rules = rulesOf(templates({ d: { unmatch: 'b', mapping: { type: 'keyword' } } }));
    expect(rules.kindOf('a', 'string')).toBeUndefined();
  });

  it('give dates the format that was found', () => {
    const rules = rulesOf(templates({ d: { match_mapping_type: 'date', mapping: {} } }));
    expect(rules.kindOf('at', 'date')).toEqual({ type: 'date' });
    expect(rules.kindOf('at', 'date', 'yyyy/MM/dd')).toEqual({
      type: 'date',
      format: 'yyyy/MM/dd',
    });
  });

  it('make nothing of a definition that cannot be parsed', () => {
    const rules = rulesOf(templates({ d: { match: '*', mapping: { type: 'nothing' } } }));
    expect(rules.kindOf('a', 'string')).toBeNull();
  });

  it('may name analyzers of the settings', () => {
    const settings = { analysis: { analyzer: { mine: { type: 'whitespace' } } } };
    const mappings = templates({ d: { match: '*', mapping: { type: 'text', analyzer: 'mine' } } });
    expect(rulesOf(mappings, settings).kindOf('a', 'string')).toEqual({
      type: 'text',
      analyzer: 'whitespace',
    });
  });
});

describe('dynamic', () => {
  it('holds for what is in an object, unless that says otherwise', () => {
    const rules = rulesOf({
      dynamic: 'strict',
      properties: {
        open: { dynamic: true, properties: { shut: { dynamic: false, properties: {} } } },
      },
    });
    expect(rules.dynamicAt('a')).toBe('strict');
    expect(rules.dynamicAt('open.b.c')).toBe('true');
    expect(rules.dynamicAt('open.shut.d.e')).toBe('false');
    expect(rules.kindOf('a', 'long')).toBeNull();
    expect(rules.kindOf('open.a', 'long')).toBeUndefined();
    expect(rules.kindOf('open.shut.a', 'long')).toBeNull();
  });

  it('runtime gives fields as they are in the source', () => {
    const rules = rulesOf({ dynamic: 'runtime' });
    expect(rules.kindOf('a', 'string')).toEqual({ type: 'keyword' });
    expect(rules.kindOf('a', 'double')).toEqual({ type: 'double' });
    expect(rules.kindOf('a', 'object')).toBeUndefined();
  });

  it('is bounded by the limit that the settings have', () => {
    const state = new MappingState({ log: { warn() {} } });
    const settings = { mapping: { total_fields: { limit: '5000' } } };
    state.create('logs', { mappings: {}, settings, aliases: {} });
    expect(state.describe('logs').fieldLimit).toBe(5000);
  });

  it('heeds what the index says of contradictions', () => {
    const rules = rulesOf({}, { mapping: { ignore_malformed: 'true' } });
    expect(rules.kindOf('a', 'long')).toEqual({ type: 'long', ignoreMalformed: true });
    expect(rules.kindOf('a', 'string')).toBeUndefined();
  });
});
