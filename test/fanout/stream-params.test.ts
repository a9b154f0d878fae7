import { describe, expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { FORMATS } from '../../src/fanout/formats.ts';
import { readStreamParams } from '../../src/fanout/stream-params.ts';

const read = (query: Record<string, unknown>, accept?: string) => readStreamParams(query, accept);

describe('the parameters of a tail', () => {
  it('default to every document of every index as endless JSON', () => {
    expect(read({})).toEqual({
      index: '*',
      query: null,
      lang: null,
      id: null,
      format: FORMATS.json,
      onSlow: 'drop',
      limit: Number.POSITIVE_INFINITY,
      timeout: null,
      after: null,
    });
  });

  it.each([
    ['text/event-stream', 'sse'],
    ['application/x-ndjson; q=0.9, */*', 'ndjson'],
    ['text/html,application/xhtml+xml', 'json'],
    ['*/*', 'json'],
  ])('take the format from Accept: %s', (accept, name) => {
    expect(read({}, accept).format.name).toBe(name);
  });

  it('take the position from Last-Event-ID, which goes before after', () => {
    const given = { after: 'e1-5' };
    expect(read(given).after).toEqual({ epoch: 'e1', seq: 5 });
    expect(readStreamParams(given, undefined, 'e1-7').after).toEqual({ epoch: 'e1', seq: 7 });
    expect(readStreamParams(given, undefined, '').after).toEqual({ epoch: 'e1', seq: 5 });
    expect(() => readStreamParams({}, undefined, 'x')).toThrow(/header \[Last-Event-ID\] is \[x\]/);
  });

  it('prefer format over Accept', () => {
    expect(read({ format: 'sse' }, 'application/json').format.name).toBe('sse');
  });

  it.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['5m', 300_000],
    ['2h', 7_200_000],
  ])('take the timeout %s', (text, milliseconds) => {
    expect(read({ timeout: text }).timeout).toBe(milliseconds);
  });

  it.each([
    [{ query: 'x', size: '5' }, /unknown parameter \[query\], \[size\]; known are \[i\], \[q\]/],
    [{ q: 'x', s: 'y' }, /\[q\] and \[s\] exclude each other/],
    [{ q: ['x', 'y'] }, /\[q\] is given more than once/],
    [{ s: '' }, /\[s\] is empty/],
    [{ format: 'xml' }, /\[format\] is \[xml\]: supported are \[json\], \[ndjson\], \[sse\]/],
    [{ on_slow: 'wait' }, /\[on_slow\] is \[wait\]: supported are \[drop\], \[sample\], \[close\]/],
    [{ after: '17' }, /\[after\] is \[17\]: it takes <node epoch>-<number>, the _seq of a hit/],
    [{ limit: '0' }, /\[limit\] is \[0\]/],
    [{ limit: '1e3' }, /\[limit\] is \[1e3\]/],
    [{ timeout: 'soon' }, /\[timeout\] is \[soon\]/],
    [{ timeout: '0' }, /\[timeout\] is \[0\]/],
    [{ timeout: '30d' }, /\[timeout\] is \[30d\]/],
  ])('are refused by name: %j', (query, message) => {
    const refused = () => read(query);
    expect(refused).toThrow(EstromError);
    expect(refused).toThrow(message);
  });
});
