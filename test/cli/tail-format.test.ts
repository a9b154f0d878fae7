import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointAt, readRefusal } from '../../src/cli/tail-complaint.ts';
import { formatHit, type LineOptions } from '../../src/cli/tail-format.ts';
import { readLevel } from '../../src/cli/tail-level.ts';
import { describeGap, positionBehind, readGap, seqOf } from '../../src/cli/tail-records.ts';

const NOW = new Date(2026, 10, 21, 12).getTime();
const PLAIN: LineOptions = { color: false, fields: null, showIndex: false, now: NOW };

const hit = (source: string): string =>
  `{"_index":"logs","_id":"a-1","_seq":"a-1","_source":${source}}`;
const line = (source: unknown, options: Partial<LineOptions> = {}): string =>
  formatHit(hit(typeof source === 'string' ? source : JSON.stringify(source)), {
    ...PLAIN,
    ...options,
  });

describe('a hit in the terminal', () => {
  it('is time, level, message, then the other fields', () => {
    const time = new Date(2026, 10, 21, 9, 5, 7, 42).toISOString();
    const source = {
      host: { name: 'web 1' },
      message: 'disk full',
      '@timestamp': time,
      level: 'error',
      n: 3,
    };
    expect(line(source)).toBe('09:05:07.042 ERROR disk full host.name="web 1" n=3');
  });

  it('names the day when it is another one, and reads seconds and milliseconds', () => {
    const day = new Date(2026, 10, 20, 9, 5, 7);
    expect(line({ ts: day.getTime() / 1000 })).toBe('2026-11-20 09:05:07.000');
    expect(line({ time: day.getTime() })).toBe('2026-11-20 09:05:07.000');
    expect(line({ timestamp: 'Nov 20 09:05:07' })).toBe('Nov 20 09:05:07');
  });

  it.each([
    [{ log: { level: 'warn' }, message: 'm' }, 'WARN  m'],
    [{ 'log.level': 'warn', log: 'm' }, 'WARN  m'],
    [{ level: 30, msg: 'pino' }, 'INFO  pino'],
    [{ severity: 3, message: 'syslog' }, 'ERR   syslog'],
    [{ severity: 'notice', message: 'syslog' }, 'NOTICE syslog'],
    [{ level: { odd: 1 }, message: 'm' }, 'm level.odd=1'],
    [{ level: 'custom', message: 'm' }, 'CUSTOM m'],
    [{ message: ['a', 'b'] }, 'message=["a","b"]'],
    [{ message: '' }, 'message=""'],
    [{}, ''],
  ])('%j becomes %j', (source, text) => {
    expect(line(source)).toBe(text);
  });

  it('shows chosen fields only, in their order, also objects and what surrounds the document', () => {
    const source = { level: 'info', message: 'hello you', a: { b: 1, c: [2] }, 'd.e': null };
    const fields = ['d.e', 'message', 'a', 'none', '_id', 'a.b'];
    expect(line(source, { fields })).toBe(
      'INFO  d.e=null message="hello you" a={"b":1,"c":[2]} _id=a-1 a.b=1',
    );
  });

  it('colours by severity and dims the rest', () => {
    const colored = (level: string) => line({ level, message: 'm', x: 1 }, { color: true });
    expect(colored('error')).toBe('\x1b[1;31mERROR\x1b[0m m \x1b[2mx=1\x1b[0m');
    expect(colored('warn')).toContain('\x1b[33mWARN\x1b[0m  m');
    expect(colored('custom')).toContain('CUSTOM m');
    expect(line({ message: 'm' }, { color: true, showIndex: true })).toBe('\x1b[36mlogs\x1b[0m m');
  });

  it('keeps integers that JavaScript cannot hold', () => {
    expect(
      line('{"id":12345678901234567890,"list":[9007199254740993],"f":0.1234567890123456}'),
    ).toBe('id=12345678901234567890 list=["9007199254740993"] f=0.1234567890123456');
  });

  it('indents further lines of a message', () => {
    expect(line({ message: 'Error: x\r\n  at y\n' })).toBe('Error: x\n      at y');
  });

  it('never lets a document steer the terminal', () => {
    const anything = fc.dictionary(
      fc.oneof(fc.constantFrom('message', 'level', '@timestamp'), fc.string({ unit: 'binary' })),
      fc.jsonValue(),
    );
    const hostile = fc.string({
      unit: fc.constantFrom('\x1b', '\x9b', '\x07', '\r', '[', 'a', '\u202e'),
    });
    fc.assert(
      fc.property(anything, hostile, (source, text) => {
        const all = { ...source, message: text, extra: text, [`k${text}`]: 1 };
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(line(all)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('levels', () => {
  it.each([
    ['CRITICAL', 'fatal'],
    ['Err', 'error'],
    ['Warning', 'warn'],
    ['notice', 'info'],
    ['7', 'debug'],
    [10, 'trace'],
    [60, 'fatal'],
    [0, 'fatal'],
  ])('%j is %s', (value, severity) => {
    expect(readLevel(value)?.severity).toBe(severity);
  });

  it.each([[null], [{}], [''], [-1], [1000], ['a whole sentence that is no level']])(
    '%j is none',
    (value) => {
      expect(readLevel(value)).toBeUndefined();
    },
  );
});

describe('records', () => {
  it('give their position without being parsed, whatever the id is', () => {
    expect(seqOf(hit('{}'))).toBe('a-1');
    const id = JSON.stringify('x","_seq":"fake\\');
    expect(seqOf(`{"_index":"i","_id":${id},"_seq":"e-7","_source":{}}`)).toBe('e-7');
    expect(seqOf('{"odd":1}')).toBeUndefined();
  });

  it('tell gaps in words', () => {
    const gap = readGap('{"_gap":{"count":12,"reason":"slow","from":"a-1","to":"a-20"}}')!;
    expect(describeGap(gap)).toBe(
      '12 hits are missing: this tail reads too slowly (from a-1 to a-20)',
    );
    expect(positionBehind(gap)).toBe('a-20');
    expect(positionBehind({ ...gap, reason: 'sampled' })).toBeUndefined();
    expect(describeGap({ count: 1, reason: 'novel' })).toBe('1 hit is missing: novel');
    expect(describeGap({ count: null })).toBe('hits may be missing');
    expect(readGap(hit('{"_gap":1}'))).toBeNull();
  });
});

describe('a refusal', () => {
  it('is shown with a caret under the position', () => {
    expect(pointAt('a AND', 5)).toBe('  a AND\n       ^');
    expect(pointAt('"😀" (', 5)).toBe('  "😀" (\n      ^');
    expect(pointAt('a\n(', 2)).toBe('  a (\n    ^');
    const long = pointAt(`${'x'.repeat(500)}(${'y'.repeat(500)}`, 500).split('\n');
    expect(long[0]!.length).toBeLessThan(140);
    expect(long[0]![long[1]!.indexOf('^')]).toBe('(');
  });

  it('is readable whoever sent it', () => {
    const body = '{"error":{"reason":"no","offset":3},"status":400}';
    expect(readRefusal(400, body)).toEqual({ reason: 'no', offset: 3 });
    expect(readRefusal(502, '<html>Bad Gateway')).toMatchObject({
      reason: 'the server answered 502',
    });
    expect(readRefusal(403, 'go away\nnow')).toMatchObject({
      reason: 'the server answered 403: go away',
    });
  });
});
