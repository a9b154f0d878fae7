import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../src/percolate/elasticsearch/worker/search-answer.ts';
import type { Search } from '../../../../src/percolate/elasticsearch/worker/worker-messages.ts';

const search = (...slots: number[]): Search => ({
  target: 'percolator',
  filter: '',
  mustNot: '',
  documents: Uint32Array.from(slots),
  size: 10,
});
const read = (status: number, body: unknown, ...searches: Search[]) =>
  readAnswer({ status, text: JSON.stringify(body) }, searches);
const ok = { status: 200, timed_out: false, _shards: { failed: 0 } };

describe('an answer to searches', () => {
  it('gives slots of the batch for positions in the search', () => {
    const hits = [
      { _id: 'a', fields: { _percolator_document_slot: [0, 2] } },
      { _id: 'b', fields: { _percolator_document_slot: [1] } },
    ];
    const responses = [
      { ...ok, hits: { hits } },
      ok,
      { ...ok, hits: { hits: [{ _id: 'plain' }] } },
    ];
    expect(read(200, { responses }, search(7, 8, 9), search(1), search())).toEqual({
      outcomes: [
        { found: { ids: ['a', 'b'], pairs: Uint32Array.of(7, 0, 9, 0, 8, 1) } },
        { found: { ids: [], pairs: new Uint32Array() } },
        { found: { ids: ['plain'], pairs: new Uint32Array() } },
      ],
    });
  });

  it('is no answer while shards are missing or the time was up', () => {
    for (const wrong of [{ timed_out: true }, { _shards: { failed: 1 } }]) {
      const answer = read(200, { responses: [ok, { ...ok, ...wrong }] }, search(1), search(2));
      expect(answer).toMatchObject({ cause: 'unavailable' });
    }
  });

  it('gives the innermost reason of an error', () => {
    const error = {
      type: 'search_phase_execution_exception',
      reason: 'all shards failed',
      root_cause: [{ type: 'mapper_parsing_exception', reason: 'failed to parse field [n]' }],
    };
    const expected = {
      error: { status: 400, type: 'mapper_parsing_exception', reason: 'failed to parse field [n]' },
    };
    expect(read(200, { responses: [ok, { status: 400, error }] }, search(1), search(2))).toEqual({
      outcomes: [{ found: { ids: [], pairs: new Uint32Array() } }, expected],
    });
    expect(read(400, { status: 400, error }, search(1), search(2))).toEqual({
      outcomes: [expected, expected],
    });
  });

  it('is asked for again where it is not about the question', () => {
    const full = { type: 'es_rejected_execution_exception', reason: 'full' };
    const memory = { type: 'circuit_breaking_exception', reason: 'Data too large' };
    for (const [status, body, cause] of [
      [429, { status: 429, error: full }, 'rejected'],
      [200, { responses: [{ status: 429, error: full }] }, 'rejected'],
      [429, { status: 429, error: memory }, 'breaker'],
      [503, 'starting', 'unavailable'],
      [502, 'a page of HTML', 'unavailable'],
      [504, null, 'timeout'],
      [200, 'something else', 'unavailable'],
      [200, { responses: [] }, 'unavailable'],
    ] as const) {
      expect(read(status, body, search(1))).toMatchObject({ cause });
    }
  });
});
