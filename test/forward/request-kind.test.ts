import { describe, expect, test } from 'vitest';
import { QueryText } from '../../src/forward/query-text.ts';
import { kindOf } from '../../src/forward/request-kind.ts';

const brief = (method: string, path: string): string => {
  const kind = kindOf(method, path);
  if (kind.kind === 'bulk') return `bulk ${kind.index}`;
  return kind.kind === 'document' ? `${kind.op} ${kind.index} ${kind.id}` : kind.kind;
};

describe('a request is', () => {
  test.each([
    ['GET', '/metrics', 'own'],
    ['POST', '/api/v0.1/nothing', 'own'],
    ['GET', '/metrics/_search', 'other'],
    ['POST', '/api/_doc', 'index api undefined'],
    ['POST', '/_bulk', 'bulk undefined'],
    ['PUT', '/_bulk/', 'bulk undefined'],
    ['POST', '/%5Fbulk', 'bulk undefined'],
    ['POST', '/a%2Fb/_bulk', 'bulk a/b'],
    ['POST', '/a/type/_bulk', 'bulk a'],
    ['GET', '/_bulk', 'other'],
    ['POST', '/_security/_bulk', 'other'],
    ['POST', '/a/_doc', 'index a undefined'],
    ['PUT', '/a/_doc', 'other'],
    ['PUT', '/a/_doc/1', 'index a 1'],
    ['PUT', '/a/_create/1', 'create a 1'],
    ['POST', '/a/_update/%31', 'update a 1'],
    ['PUT', '/a/_update/1', 'other'],
    ['PUT', '/a/type/1', 'index a 1'],
    ['POST', '/a/type/1/_update', 'update a 1'],
    ['PUT', '/a/type/_mapping', 'other'],
    ['POST', '/a/_search', 'other'],
    ['PUT', '/a/_settings/1', 'other'],
    ['PUT', '/_template/a/b', 'other'],
    ['DELETE', '/a/_doc/1', 'other'],
    ['POST', '/', 'other'],
    ['POST', '/%zz/_doc', 'other'],
  ])('%s %s: %s', (method, path, expected) => {
    expect(brief(method, path)).toBe(expected);
  });
});

test('a query keeps the bytes of what is not taken out', () => {
  const query = QueryText.parse('a=%20+&&filter%5Fpath=x&_source&b=%zz');
  expect(query.get('filter_path')).toBe('x');
  expect(query.get('_source')).toBe('');
  expect(query.without('filter_path').with('c=1').toString()).toBe('?a=%20+&&_source&b=%zz&c=1');
  expect(QueryText.parse('').toString()).toBe('');
});
