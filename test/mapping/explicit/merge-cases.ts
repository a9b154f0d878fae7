type Mappings = Readonly<Record<string, unknown>>;
type Pair = readonly [before: Mappings, after: Mappings];

/** Fields that are mapped, and then again. */
export const FIELD_MERGES: Readonly<Record<string, Pair>> = {
  sub: [{ a: { type: 'text' } }, { a: { type: 'text', fields: { k: { type: 'keyword' } } } }],
  dropsub: [
    { a: { type: 'text', fields: { k: { type: 'keyword' } } } },
    { a: { type: 'text', fields: { z: { type: 'long' } } } },
  ],
  subtype: [
    { a: { type: 'text', fields: { k: { type: 'keyword' } } } },
    { a: { type: 'text', fields: { k: { type: 'long' } } } },
  ],
  subparam: [
    { a: { type: 'text', fields: { k: { type: 'keyword', index: false } } } },
    { a: { type: 'text', fields: { k: { type: 'keyword' } } } },
  ],
  type: [{ a: { type: 'text' } }, { a: { type: 'long' } }],
  objfield: [{ a: { properties: { b: { type: 'long' } } } }, { a: { type: 'long' } }],
  fieldobj: [{ a: { type: 'long' } }, { a: { properties: { b: { type: 'long' } } } }],
  nest: [{ a: { type: 'nested' } }, { a: { type: 'object' } }],
  nest2: [{ a: { type: 'object' } }, { a: { type: 'nested' } }],
  nest3: [{ a: { type: 'nested', include_in_root: true } }, { a: { type: 'nested' } }],
  nest4: [{ a: { type: 'nested' } }, { a: { properties: { b: { type: 'long' } } } }],
  analyzer: [{ a: { type: 'text' } }, { a: { type: 'text', analyzer: 'simple' } }],
  analyzer2: [{ a: { type: 'text', analyzer: 'simple' } }, { a: { type: 'text' } }],
  analyzer3: [{ a: { type: 'text' } }, { a: { type: 'text', analyzer: 'standard' } }],
  search: [{ a: { type: 'text' } }, { a: { type: 'text', search_analyzer: 'simple' } }],
  search2: [{ a: { type: 'text', search_analyzer: 'simple' } }, { a: { type: 'text' } }],
  sq: [{ a: { type: 'text' } }, { a: { type: 'text', search_quote_analyzer: 'simple' } }],
  norms: [{ a: { type: 'text', norms: false } }, { a: { type: 'text' } }],
  norms2: [{ a: { type: 'text' } }, { a: { type: 'text', norms: false } }],
  ign: [{ a: { type: 'keyword', ignore_above: 5 } }, { a: { type: 'keyword' } }],
  ign2: [{ a: { type: 'keyword' } }, { a: { type: 'keyword', ignore_above: 5 } }],
  index: [{ a: { type: 'keyword', index: false } }, { a: { type: 'keyword' } }],
  two: [{ a: { type: 'keyword', index: false, store: true } }, { a: { type: 'keyword' } }],
  nv: [{ a: { type: 'keyword', null_value: 'x' } }, { a: { type: 'keyword' } }],
  factor: [
    { a: { type: 'scaled_float', scaling_factor: 10 } },
    { a: { type: 'scaled_float', scaling_factor: 20.5 } },
  ],
  factor2: [
    { a: { type: 'scaled_float', scaling_factor: 10 } },
    { a: { type: 'scaled_float', scaling_factor: 10, coerce: false } },
  ],
  nv2: [{ a: { type: 'long' } }, { a: { type: 'long', null_value: 1 } }],
  coerce: [{ a: { type: 'long', coerce: false } }, { a: { type: 'long' } }],
  im: [{ a: { type: 'long' } }, { a: { type: 'long', ignore_malformed: true } }],
  fmt: [{ a: { type: 'date', format: 'yyyy' } }, { a: { type: 'date' } }],
  fmt2: [{ a: { type: 'date' } }, { a: { type: 'date', format: 'yyyy' } }],
  copy: [{ a: { type: 'text', copy_to: 'b' } }, { a: { type: 'text' } }],
  copy2: [{ a: { type: 'text', copy_to: 'b' } }, { a: { type: 'text', copy_to: 'c' } }],
  meta: [{ a: { type: 'text', meta: { x: '1' } } }, { a: { type: 'text' } }],
  norm: [{ a: { type: 'keyword', normalizer: 'lowercase' } }, { a: { type: 'keyword' } }],
  objdyn: [
    { a: { dynamic: false, properties: {} } },
    { a: { properties: { b: { type: 'long' } } } },
  ],
  objdyn2: [{ a: { properties: {} } }, { a: { dynamic: 'strict', properties: {} } }],
  objen: [{ a: { type: 'object', enabled: false } }, { a: { type: 'object' } }],
  objen2: [{ a: { type: 'object' } }, { a: { type: 'object', enabled: false } }],
  alias: [
    { b: { type: 'long' }, c: { type: 'long' }, a: { type: 'alias', path: 'b' } },
    { a: { type: 'alias', path: 'c' } },
  ],
  alias2: [{ b: { type: 'long' }, a: { type: 'alias', path: 'b' } }, { a: { type: 'long' } }],
  alias3: [{ b: { type: 'long' } }, { b: { type: 'alias', path: 'b' } }],
  alias4: [{ b: { type: 'long' }, a: { type: 'alias', path: 'b' } }, { a: { properties: {} } }],
  nestpath: [
    { o: { properties: { a: { type: 'text' } } } },
    { o: { properties: { a: { type: 'long' } } } },
  ],
  nestpath2: [
    { o: { properties: { a: { type: 'text' } } } },
    { 'o.a': { type: 'text', analyzer: 'simple' } },
  ],
  boost: [{ a: { type: 'text', boost: 2 } }, { a: { type: 'text' } }],
  gap: [{ a: { type: 'text', position_increment_gap: 5 } }, { a: { type: 'text' } }],
  io: [{ a: { type: 'text', index_options: 'docs' } }, { a: { type: 'text' } }],
  sim: [{ a: { type: 'text', similarity: 'boolean' } }, { a: { type: 'text' } }],
  fd: [{ a: { type: 'text' } }, { a: { type: 'text', fielddata: true } }],
  geo: [{ a: { type: 'geo_point', null_value: '1,2' } }, { a: { type: 'geo_point' } }],
  num: [{ a: { type: 'long' } }, { a: { type: 'integer' } }],
  tsd: [{ a: { type: 'long' } }, { a: { type: 'long', time_series_dimension: true } }],
};

/** Whole mappings that are put, and then another over them. */
export const ROOT_MERGES: Readonly<Record<string, Pair>> = {
  dyn: [{ dynamic: false }, { properties: {} }],
  dyn2: [{}, { dynamic: 'strict' }],
  dt: [
    { dynamic_templates: [{ a: { match: 'a', mapping: {} } }, { b: { match: 'b', mapping: {} } }] },
    {
      dynamic_templates: [{ c: { match: 'c', mapping: {} } }, { a: { match: 'aa', mapping: {} } }],
    },
  ],
  dt2: [{ dynamic_templates: [{ a: { match: 'a', mapping: {} } }] }, {}],
  dt3: [{ dynamic_templates: [{ a: { match: 'a', mapping: {} } }] }, { dynamic_templates: [] }],
  dd: [{ date_detection: false, dynamic_date_formats: ['yyyy'] }, { properties: {} }],
  dd2: [
    { date_detection: false, dynamic_date_formats: ['yyyy'] },
    { date_detection: true, dynamic_date_formats: ['MM'] },
  ],
  meta: [{ _meta: { a: 1, o: { x: 1 } } }, { _meta: { b: 2, o: { y: 1 } } }],
  src: [{ _source: { enabled: false } }, {}],
  src2: [{}, { _source: { enabled: false } }],
  src3: [{ _source: { excludes: ['a'] } }, { _source: { excludes: ['b'] } }],
  routing: [{ _routing: { required: true } }, {}],
  routing2: [{}, { _routing: { required: true } }],
  en: [{ enabled: false }, {}],
  en2: [{}, { enabled: false }],
  dup: [
    { dynamic_templates: [{ a: { match: 'a', mapping: {} } }, { a: { match: 'b', mapping: {} } }] },
    {},
  ],
};
