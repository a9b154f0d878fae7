import { describe, expect, it } from 'vitest';
import { readRoles } from '../../src/compose/roles.ts';
import { loadConfig } from '../../src/config-load.ts';

const URLS = { elasticsearch: 'http://e:9200', crossbar: 'ws://c/ws' };

function roles(flags: Record<string, unknown>) {
  return readRoles(loadConfig(flags, {}).config);
}

describe('roles', () => {
  it('are all of them unless told otherwise, in any order', () => {
    expect(roles({}).names).toEqual(['beater', 'tailor', 'endless']);
    expect(roles({ roles: ' endless, beater,tailor,' }).names).toHaveLength(3);
    expect(roles({ ...URLS, roles: 'endless' })).toEqual({
      names: ['endless'],
      beater: false,
      tailor: false,
      endless: true,
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ roles: ',' }, '--roles names none of beater, tailor, endless'],
    [{ roles: 'beater,taylor' }, '--roles has "taylor", but there are beater, tailor, endless'],
    [{ roles: 'beater,taylor' }, 'did you mean tailor?'],
    [{ roles: 'beater' }, 'shares its queries with the others by --elasticsearch URL'],
    [
      { roles: 'beater', elasticsearch: 'http://e' },
      'shares its hits with the others by --crossbar',
    ],
    [{ ...URLS, roles: 'beater,endless' }, 'add tailor'],
    [{ ...URLS, roles: 'beater', engine: 'embedded' }, 'needs the roles beater and tailor'],
    [{ ...URLS, roles: 'tailor', engine: 'embedded' }, 'needs the roles beater and tailor'],
    [{ engine: 'elasticsearch' }, '--engine elasticsearch needs its URL'],
    [{ data: '/tmp/x', ...URLS }, '--data and --elasticsearch exclude each other'],
  ])('refuse %j', (flags, reason) => {
    expect(() => roles(flags)).toThrow(reason);
  });

  it('let what serves tails alone do without Elasticsearch', () => {
    expect(roles({ roles: 'endless', crossbar: 'ws://c/ws' }).names).toEqual(['endless']);
    expect(() => roles({ roles: 'endless' })).toThrow('--crossbar URL');
  });

  it.each(['beater,tailor', 'tailor,endless', 'tailor', 'beater', 'endless'])(
    'take %s apart',
    (names) => {
      expect(roles({ ...URLS, roles: names }).names).toEqual(names.split(','));
    },
  );
});
