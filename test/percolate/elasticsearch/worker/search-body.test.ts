import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchBody } from '../../../../src/percolate/elasticsearch/worker/search-body.ts';
import { batchOf } from '../../batches.ts';

/** JSON with spaces and line ends between its tokens. */
function loose(value: unknown, space: string): string {
  return JSON.stringify(value, null, '\t').replaceAll('\n', space);
}

const document = fc
  .tuple(
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
    fc.constantFrom('\n', '\r\n', '\r', ' \n\n '),
  )
  .map(([value, space]) => loose(value, space));

function bodyOf(documents: readonly string[], ...cuts: readonly number[][]): string {
  const { bytes, slots } = batchOf(documents);
  const searches = cuts.map((each) => ({
    target: 'percolator',
    filter: '{"match_all":{}}',
    mustNot: '',
    documents: Uint32Array.from(each),
    size: 10,
  }));
  return searchBody({ bytes, slots, searches }).toString();
}

describe('the body of a request', () => {
  it('has two lines for each search, and every document as the bytes that came', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 8 }), (documents) => {
        const all = documents.map((_, slot) => slot);
        const lines = bodyOf(documents, all, [0], []).split('\n');
        expect(lines).toHaveLength(7);
        expect(lines.join('')).not.toContain('\r');
        const spliced = documents.map((each) => each.replaceAll(/[\r\n]/g, ' ')).join(',');
        expect(lines[1]).toContain(`"documents":[${spliced}]`);
        const [first, second, third] = [1, 3, 5].map((line) => JSON.parse(lines[line]!) as unknown);
        const queryOf = (wanted: readonly string[]) => ({
          bool: {
            filter: [
              { match_all: {} },
              {
                percolate: {
                  field: '__estrom_query',
                  documents: wanted.map((each) => JSON.parse(each) as unknown),
                },
              },
            ],
          },
        });
        expect(first).toMatchObject({ size: 10, query: queryOf(documents) });
        expect(second).toMatchObject({ query: queryOf(documents.slice(0, 1)) });
        expect(third).toMatchObject({ query: { bool: { filter: [{ match_all: {} }] } } });
      }),
    );
  });

  it('keeps numbers that doubles cannot hold', () => {
    expect(bodyOf(['{"n":12345678901234567890.10}'], [0])).toContain(
      '{"n":12345678901234567890.10}',
    );
  });
});
