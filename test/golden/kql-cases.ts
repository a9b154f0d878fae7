import { type CaseGroup, exists, match, phrase, range } from './case.ts';

type Dsl = Record<string, unknown>;

/** A text in KQL, or one with a time zone. */
export type Kql = string | { readonly query: string; readonly time_zone: string };

/** Questions about one document, each with what Kibana 7.17 asks Elasticsearch for it. */
export interface KqlGroup extends Omit<CaseGroup, 'queries'> {
  readonly queries: readonly (readonly [kql: Kql, dsl: Dsl])[];
}

// What Kibana writes: `is` and `range` look in each field that a name stands for.
const any = (...should: Dsl[]): Dsl => ({ bool: { should, minimum_should_match: 1 } });
const all = (...filter: Dsl[]): Dsl => ({ bool: { filter } });
const not = (clause: Dsl): Dsl => ({ bool: { must_not: clause } });
const is = (field: string, value: unknown): Dsl => any({ match: { [field]: value } });
const quoted = (field: string, value: unknown): Dsl => any({ match_phrase: { [field]: value } });
const has = (field: string): Dsl => any(exists(field));
const within = (field: string, bounds: Dsl): Dsl => any(range(field, bounds));
const pattern = (field: string, query: string): Dsl =>
  any({ query_string: { fields: [field], query } });
const words = (query: unknown): Dsl => ({
  multi_match: { type: 'best_fields', query, lenient: true },
});
const phraseAnywhere = (query: string): Dsl => ({
  multi_match: { type: 'phrase', query, lenient: true },
});
const patternAnywhere = (query: string): Dsl => ({ query_string: { query } });

const log: KqlGroup['document'] = {
  '@timestamp': '2024-02-03T23:30:00Z',
  message: 'Disk full: cannot write to /var/log',
  level: 'ERROR',
  status: 503,
  took: 1.5,
  retry: true,
  host: { name: 'web-01', os: { name: 'linux' } },
  tags: ['alpha', 'Beta gamma'],
  note: null,
};

export const KQL_GROUPS: readonly KqlGroup[] = [
  {
    name: 'values',
    document: log,
    queries: [
      ['message: disk', is('message', 'disk')],
      ['message: disk nothing', is('message', 'disk nothing')],
      ['message: nothing', is('message', 'nothing')],
      ['message: "disk full"', quoted('message', 'disk full')],
      ['message: "full disk"', quoted('message', 'full disk')],
      ['message: cannot write', is('message', 'cannot write')],
      ['message: /var/log', is('message', '/var/log')],
      ['message: "Disk full\\: cannot"', quoted('message', 'Disk full\\: cannot')],
      ['message: full\\: cannot', is('message', 'full: cannot')],
      ['message: \\u0064isk', is('message', 'disk')],
      ['message: \\and', is('message', 'and')],
      ['message: ...', is('message', '...')],
      ['level: error', is('level', 'error')],
      ['level.keyword: error', is('level.keyword', 'error')],
      ['level.keyword: ERROR', is('level.keyword', 'ERROR')],
      ['level.keyword: "ERROR"', quoted('level.keyword', 'ERROR')],
      ['status: 503', is('status', '503')],
      ['status: "503"', quoted('status', '503')],
      ['status: 503.0', is('status', '503.0')],
      ['status: 504', is('status', '504')],
      ['took: 1.50', is('took', '1.50')],
      ['took: 1', is('took', '1')],
      ['retry: true', is('retry', true)],
      ['retry: "true"', quoted('retry', 'true')],
      ['retry: false', is('retry', false)],
      ['tags: beta', is('tags', 'beta')],
      ['tags.keyword: Beta gamma', is('tags.keyword', 'Beta gamma')],
      ['tags.keyword: beta gamma', is('tags.keyword', 'beta gamma')],
      ['host.os.name: linux', is('host.os.name', 'linux')],
      ['"host.os.name" : Linux', is('host.os.name', 'Linux')],
      ['missing: a', is('missing', 'a')],
    ],
  },
  {
    name: 'operators',
    document: log,
    queries: [
      ['level: error and status: 503', all(is('level', 'error'), is('status', '503'))],
      ['level: error AND status: 504', all(is('level', 'error'), is('status', '504'))],
      ['level: info or status: 503', any(is('level', 'info'), is('status', '503'))],
      ['level: info Or status: 504', any(is('level', 'info'), is('status', '504'))],
      ['not level: info', not(is('level', 'info'))],
      ['NOT level: error', not(is('level', 'error'))],
      ['not (not level: error)', not(not(is('level', 'error')))],
      [
        'level: error or level: info and status: 504',
        any(is('level', 'error'), all(is('level', 'info'), is('status', '504'))),
      ],
      [
        '(level: error or level: info) and status: 504',
        all(any(is('level', 'error'), is('level', 'info')), is('status', '504')),
      ],
      ['not level: error or status: 503', any(not(is('level', 'error')), is('status', '503'))],
      [
        'not level: info and not status: 504',
        all(not(is('level', 'info')), not(is('status', '504'))),
      ],
      ['tags: (alpha and beta)', all(is('tags', 'alpha'), is('tags', 'beta'))],
      ['tags: (alpha and delta)', all(is('tags', 'alpha'), is('tags', 'delta'))],
      ['tags: (delta or "beta gamma")', any(is('tags', 'delta'), quoted('tags', 'beta gamma'))],
      ['tags: (alpha and not delta)', all(is('tags', 'alpha'), not(is('tags', 'delta')))],
      [
        'tags: (alpha and not (beta or delta))',
        all(is('tags', 'alpha'), not(any(is('tags', 'beta'), is('tags', 'delta')))),
      ],
      ['tags: (alpha beta)', is('tags', 'alpha beta')],
      ['status: (503 or 504)', any(is('status', '503'), is('status', '504'))],
      ['level: (a or b or c)', any(is('level', 'a'), is('level', 'b'), is('level', 'c'))],
    ],
  },
  {
    name: 'ranges',
    document: log,
    queries: [
      ['status >= 500', within('status', { gte: '500' })],
      ['status > 503', within('status', { gt: '503' })],
      ['status < 503', within('status', { lt: '503' })],
      ['status <= 503', within('status', { lte: '503' })],
      ['status > 502.5', within('status', { gt: '502.5' })],
      [
        'status >= 500 and status < 600',
        all(within('status', { gte: '500' }), within('status', { lt: '600' })),
      ],
      ['not status > 500', not(within('status', { gt: '500' }))],
      ['took < 2', within('took', { lt: '2' })],
      ['took <= "1.4"', within('took', { lte: '1.4' })],
      ['level.keyword > "A"', within('level.keyword', { gt: 'A' })],
      ['level.keyword < e', within('level.keyword', { lt: 'e' })],
      ['level.keyword >= e', within('level.keyword', { gte: 'e' })],
      ['message > disj', within('message', { gt: 'disj' })],
      ['message > Z', within('message', { gt: 'Z' })],
      ['@timestamp >= 2024-02-03', within('@timestamp', { gte: '2024-02-03' })],
      ['@timestamp > 2024-02-03', within('@timestamp', { gt: '2024-02-03' })],
      ['@timestamp <= "2024-02-03"', within('@timestamp', { lte: '2024-02-03' })],
      ['@timestamp < "2024-02-03"', within('@timestamp', { lt: '2024-02-03' })],
      ['@timestamp > now-1d', within('@timestamp', { gt: 'now-1d' })],
      ['@timestamp < now/d', within('@timestamp', { lt: 'now/d' })],
      ['@timestamp > "2024-02-01||+2d"', within('@timestamp', { gt: '2024-02-01||+2d' })],
      [
        '@timestamp >= "2024-02-03T23:30:00Z"',
        within('@timestamp', { gte: '2024-02-03T23:30:00Z' }),
      ],
      ['missing > 5', within('missing', { gt: '5' })],
      ['retry >= true', within('retry', { gte: true })],
    ],
  },
  {
    name: 'dates, in the zone of who looks at them',
    document: log,
    queries: [
      ['@timestamp: 2024-02-03', within('@timestamp', { gte: '2024-02-03', lte: '2024-02-03' })],
      ['@timestamp: "2024-02-04"', within('@timestamp', { gte: '2024-02-04', lte: '2024-02-04' })],
      ...['2024-02-03', '2024-02-04'].flatMap((day) =>
        ['Europe/Berlin', '-05:00', 'UTC'].flatMap((time_zone): [Kql, Dsl][] => [
          [
            { query: `@timestamp: ${day}`, time_zone },
            within('@timestamp', { gte: day, lte: day, time_zone }),
          ],
          [
            { query: `@timestamp: "${day}"`, time_zone },
            within('@timestamp', { gte: day, lte: day, time_zone }),
          ],
          [
            { query: `@timestamp >= ${day}`, time_zone },
            within('@timestamp', { gte: day, time_zone }),
          ],
          [
            { query: `not @timestamp < "${day}"`, time_zone },
            not(within('@timestamp', { lt: day, time_zone })),
          ],
        ]),
      ),
      [{ query: 'message: "disk full"', time_zone: '+01:00' }, quoted('message', 'disk full')],
      [{ query: 'status: "503"', time_zone: '+01:00' }, quoted('status', '503')],
    ],
  },
  {
    name: 'existence',
    document: log,
    queries: [
      ['', { match_all: {} }],
      ['*', patternAnywhere('*')],
      ['*:*', { match_all: {} }],
      ['status: *', has('status')],
      ['not status:*', not(has('status'))],
      ['host: *', has('host')],
      ['host.os.name: *', has('host.os.name')],
      ['missing: *', has('missing')],
      ['not missing: *', not(has('missing'))],
      ['note: *', has('note')],
      ['status: (*)', has('status')],
      ['level.keyword: *', has('level.keyword')],
      ['"status": *', has('status')],
      ['host.*: *', any(exists('host.name'), exists('host.os.name'))],
      ['stat*: *', has('status')],
      ['miss*: *', has('miss*')],
    ],
  },
  {
    name: 'wildcards in values',
    document: log,
    queries: [
      ['message: dis*', pattern('message', 'dis*')],
      ['message: DIS*', pattern('message', 'DIS*')],
      ['message: *ull', pattern('message', '*ull')],
      ['message: d*k', pattern('message', 'd*k')],
      ['message: fu*k', pattern('message', 'fu*k')],
      ['message: dis* nothing', pattern('message', 'dis* nothing')],
      ['message: nothing ful*', pattern('message', 'nothing ful*')],
      ['message: nothing no*', pattern('message', 'nothing no*')],
      ['message: nothing \\and dis*', pattern('message', 'nothing and dis*')],
      ['message: nothing \\AND dis*', pattern('message', 'nothing AND dis*')],
      ['message: full \\AND dis*', pattern('message', 'full AND dis*')],
      ['message: \\NOT noth*', pattern('message', 'NOT noth*')],
      ['message: "dis*"', quoted('message', 'dis*')],
      ['message: dis\\*', is('message', 'dis*')],
      ['message: di?k*', pattern('message', 'di\\?k*')],
      ['message: full\\:*', pattern('message', 'full\\:*')],
      ['level.keyword: ERR*', pattern('level.keyword', 'ERR*')],
      ['level.keyword: err*', pattern('level.keyword', 'err*')],
      ['level.keyword: *R*R', pattern('level.keyword', '*R*R')],
      ['host.name.keyword: web-*', pattern('host.name.keyword', 'web\\-*')],
      ['host.name: web-*', pattern('host.name', 'web\\-*')],
      ['tags.keyword: Beta*', pattern('tags.keyword', 'Beta*')],
      [
        'tags.keyword: (alp* and *gamma)',
        all(pattern('tags.keyword', 'alp*'), pattern('tags.keyword', '*gamma')),
      ],
      ['not message: dis*', not(pattern('message', 'dis*'))],
      ['message: **', pattern('message', '**')],
      ['missing: a*', pattern('missing', 'a*')],
    ],
  },
  {
    name: 'wildcards in names',
    document: { ...log, errors: 'none', error: { code: 'E42', text: 'disk gone' } },
    queries: [
      [
        'error*: none',
        any(
          ...[match('error.code', 'none'), match('error.code.keyword', 'none')],
          ...[match('error.text', 'none'), match('error.text.keyword', 'none')],
          ...[match('errors', 'none'), match('errors.keyword', 'none')],
        ),
      ],
      ['error.*: none', any(match('error.code', 'none'), match('error.text', 'none'))],
      ['error.*: gone', any(match('error.code', 'gone'), match('error.text', 'gone'))],
      [
        'error.*: "disk gone"',
        any(phrase('error.code', 'disk gone'), phrase('error.text', 'disk gone')),
      ],
      [
        'error.*: "gone disk"',
        any(phrase('error.code', 'gone disk'), phrase('error.text', 'gone disk')),
      ],
      [
        'error.*: E4*',
        any(
          ...['error.code', 'error.code.keyword', 'error.text'].map((field) => ({
            query_string: { fields: [field], query: 'E4*' },
          })),
        ),
      ],
      ['*.name: linux', any(match('host.name', 'linux'), match('host.os.name', 'linux'))],
      ['h*.name: web', any(match('host.name', 'web'), match('host.os.name', 'web'))],
      ['h*e: windows', any(match('host.name', 'windows'), match('host.os.name', 'windows'))],
      ['stat* > 500', within('status', { gt: '500' })],
      ['stat* < 500', within('status', { lt: '500' })],
      ['not stat*: 503', not(is('status', '503'))],
      ['none*: a', is('none*', 'a')],
      ['"stat*": 503', is('stat*', '503')],
    ],
  },
  {
    name: 'without a field',
    document: log,
    queries: [
      ['disk', words('disk')],
      ['nothing', words('nothing')],
      ['disk nothing', words('disk nothing')],
      ['503', words('503')],
      ['504', words('504')],
      ['true', words(true)],
      ['false', words(false)],
      ['linux', words('linux')],
      ['"disk full"', phraseAnywhere('disk full')],
      ['"full disk"', phraseAnywhere('full disk')],
      ['"Beta gamma"', phraseAnywhere('Beta gamma')],
      ['disk and linux', all(words('disk'), words('linux'))],
      ['disk and windows', all(words('disk'), words('windows'))],
      ['windows or 503', any(words('windows'), words('503'))],
      ['not disk', not(words('disk'))],
      ['not windows', not(words('windows'))],
      ['dis*', patternAnywhere('dis*')],
      ['*inux', patternAnywhere('*inux')],
      ['wind*', patternAnywhere('wind*')],
      ['50*', patternAnywhere('50*')],
      ['nothing \\OR dis*', patternAnywhere('nothing OR dis*')],
      ['disk \\AND wind*', patternAnywhere('disk AND wind*')],
      ['null: disk', words('disk')],
      ['2024-02-03', words('2024-02-03')],
      ['2024-02-04', words('2024-02-04')],
    ],
  },
];
