import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseTokens, readTokensFile } from '../../src/access/tokens-file.ts';
import { ConfigError } from '../../src/config-load.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const parse = (text: string) => parseTokens(text, 'tokens.yml');

describe('a tokens file', () => {
  it('is YAML or JSON, with a list or with the list under a name', () => {
    const entry = { name: 'a', sha256: sha256('x'), roles: ['tail'] };
    const yaml = `- name: a\n  sha256: ${sha256('x')}\n  roles: [tail]\n`;
    const forms = [
      JSON.stringify([entry]),
      JSON.stringify({ tokens: [entry] }),
      yaml,
      `tokens:\n${yaml}`,
    ];
    for (const form of forms) {
      const [read] = parse(form);
      expect(read?.principal).toEqual({
        name: 'a',
        roles: new Set(['tail']),
        index: '*',
        rowFilter: null,
        mayBlock: false,
      });
      expect(read?.digests[0]?.toString('hex')).toBe(sha256('x'));
    }
  });

  it('bounds a caller by an index expression and a filter in either syntax', () => {
    const read = parse(`
- { name: a, token: t1, roles: [tail, register], index: "logs-*,-logs-x", filter: "tenant:a" }
- { name: b, token: t2, roles: [tail], filter: { term: { tenant: b } }, block: true }
`);
    expect(read.map(({ principal }) => principal)).toMatchObject([
      { index: 'logs-*,-logs-x', rowFilter: 'tenant:a', mayBlock: false },
      { index: '*', rowFilter: '{"term":{"tenant":"b"}}', mayBlock: true },
    ]);
    expect(read.map(({ isPlain }) => isPlain)).toEqual([true, true]);
  });

  it('takes several secrets of one name, so that they can be changed without a gap', () => {
    const [read] = parse(`[{ name: a, token: [t1, t2], sha256: ${sha256('t3')}, roles: [tail] }]`);
    const digests = read?.digests.map((digest) => digest.toString('hex'));
    expect(digests?.toSorted()).toEqual([sha256('t1'), sha256('t2'), sha256('t3')].toSorted());
  });

  it.each([
    ['no YAML', 'tokens: [', 'is not valid YAML'],
    ['no list', 'name: a', 'expected a list of entries'],
    ['no entry', '- a', 'line 1, [0]: expected an entry'],
    ['no name', '- { token: x, roles: [tail] }', '[0]: name must be'],
    ['a bad name', '- { name: "a:b", token: x, roles: [tail] }', '[0].name: name must be'],
    ['no secret', '- { name: a, roles: [tail] }', '"a" has neither sha256 nor token'],
    ['a short hash', '- { name: a, sha256: abc, roles: [tail] }', '[0].sha256: expected 64'],
    [
      'a number as a token',
      '- { name: a, token: 123, roles: [tail] }',
      '[0].token: must be a text',
    ],
    ['a token with blanks', '- { name: a, token: "a b", roles: [tail] }', 'blanks'],
    ['no roles', '- { name: a, token: x }', 'roles must be a list'],
    ['an unknown role', '- { name: a, token: x, roles: [tale] }', 'unknown role "tale"; there are'],
    [
      'an unknown key',
      '- { name: a, token: x, role: [tail] }',
      '[0].role: unknown key; did you mean roles?',
    ],
    [
      'a bad index',
      '- { name: a, token: x, roles: [tail], index: Logs }',
      '[0].index: Invalid index name',
    ],
    ['a bad filter', '- { name: a, token: x, roles: [tail], filter: "a AND" }', '[0].filter: '],
    ['a bad DSL', '- { name: a, token: x, roles: [tail], filter: { trem: {} } }', '[0].filter: '],
    [
      'a name twice',
      'tokens:\n- { name: a, token: x, roles: [tail] }\n- { name: a, token: y, roles: [tail] }',
      'line 3, tokens[1].name: "a" is there twice',
    ],
    [
      'a secret twice',
      `- { name: a, token: x, roles: [tail] }\n- { name: b, sha256: ${sha256('x')}, roles: [tail] }`,
      'line 2, [1]: has the same secret as "a"',
    ],
  ])('is refused with the place and what is wrong: %s', (_name, text, complaint) => {
    expect(() => parse(text)).toThrow(ConfigError);
    expect(() => parse(text)).toThrow('the tokens file tokens.yml');
    expect(() => parse(text)).toThrow(complaint);
  });

  it('never has its secrets in a complaint', () => {
    const text = '- { name: a, token: [hush, "hush hush"], roles: [tail] }';
    expect(() => parse(text)).toThrow(/^(?!.*hush)/s);
  });

  it('that is not there is named', () => {
    expect(() => readTokensFile('/no/such/file')).toThrow(
      'cannot read the tokens file /no/such/file: ENOENT',
    );
  });
});
