import { describe, expect, it } from 'vitest';
import { FilterPath } from '../../src/ingest/filter-path.ts';

const answer = {
  took: 1,
  errors: true,
  items: [
    { index: { _index: 'a', status: 201 } },
    { create: { _index: 'b', status: 400, error: { type: 't', reason: 'r' } } },
  ],
};

describe('filter_path', () => {
  it.each([
    ['errors', { errors: true }],
    [
      'errors,items.*.error,items.*.status',
      {
        errors: true,
        items: [
          { index: { status: 201 } },
          { create: { status: 400, error: { type: 't', reason: 'r' } } },
        ],
      },
    ],
    ['items.*.error.type', { items: [{ create: { error: { type: 't' } } }] }],
    ['**.reason', { items: [{ create: { error: { reason: 'r' } } }] }],
    ['items.cr*e._i*x', { items: [{ create: { _index: 'b' } }] }],
    ['-items', { took: 1, errors: true }],
    [
      'items.**,-items.*.error',
      {
        items: [{ index: { _index: 'a', status: 201 } }, { create: { _index: 'b', status: 400 } }],
      },
    ],
    ['nothing.there', undefined],
  ])('%s keeps what Elasticsearch keeps', (path, expected) => {
    expect(FilterPath.parse(path)?.apply(answer)).toEqual(expected);
  });

  it('is not there when it is empty', () => {
    expect(FilterPath.parse('')).toBeNull();
    expect(FilterPath.parse(undefined)).toBeNull();
  });
});
