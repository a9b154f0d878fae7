import type { Config } from '../config.ts';
import { ConfigError } from '../config-load.ts';
import { nearest } from '../nearest.ts';

/** What a process does: see the setting `roles`. */
export type NodeRole = 'beater' | 'tailor' | 'endless';

const ALL: readonly NodeRole[] = ['beater', 'tailor', 'endless'];

export interface Roles extends Readonly<Record<NodeRole, boolean>> {
  readonly names: readonly NodeRole[];
}

/**
 * The roles of this process, and whether the other settings go with them.
 * @throws ConfigError
 */
export function readRoles(config: Config): Roles {
  const names = config.roles
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new ConfigError(`--roles names none of ${ALL.join(', ')}`);
  for (const name of names) {
    if ((ALL as readonly string[]).includes(name)) continue;
    const [match] = nearest(name, ALL);
    const hint = match === undefined ? '' : `; did you mean ${match}?`;
    throw new ConfigError(`--roles has "${name}", but there are ${ALL.join(', ')}${hint}`);
  }
  const roles: Roles = {
    names: ALL.filter((name) => names.includes(name)),
    beater: names.includes('beater'),
    tailor: names.includes('tailor'),
    endless: names.includes('endless'),
  };
  checkApart(config, roles);
  checkEngine(config, roles);
  return roles;
}

function checkApart(config: Config, { names, beater, tailor, endless }: Roles): void {
  if (names.length === ALL.length) return;
  const why = `--roles ${names.join(',')} is only a part of estrom`;
  if (config.elasticsearch === '' && (beater || tailor)) {
    throw new ConfigError(`${why}: it shares its queries with the others by --elasticsearch URL`);
  }
  if (config.crossbar === '') {
    throw new ConfigError(`${why}: it shares its hits with the others by --crossbar URL`);
  }
  if (beater && endless && !tailor) {
    throw new ConfigError(`${why}: what ingests and serves tails keeps queries too, add tailor`);
  }
}

function checkEngine({ engine, elasticsearch, data }: Config, roles: Roles): void {
  if (elasticsearch === '') {
    if (engine === 'elasticsearch')
      throw new ConfigError('--engine elasticsearch needs its URL: --elasticsearch');
    return;
  }
  if (data !== '') {
    throw new ConfigError(
      '--data and --elasticsearch exclude each other: with Elasticsearch the queries are kept there, for all nodes; leave --data out',
    );
  }
  if (engine === 'embedded' && roles.beater !== roles.tailor) {
    throw new ConfigError(
      `--engine embedded needs the roles beater and tailor in one process, but --roles is ${roles.names.join(',')}`,
    );
  }
}

/** Whether Elasticsearch percolates. */
export function usesElasticsearchEngine({ engine, elasticsearch }: Config): boolean {
  return elasticsearch !== '' && engine !== 'embedded';
}
