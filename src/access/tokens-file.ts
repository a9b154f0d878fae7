import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../config-load.ts';
import { EstromError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Principal, ROLES, type Role } from '../principal.ts';
import { audienceOf } from '../query/audience.ts';

/** One entry of the tokens file. */
export interface TokenEntry {
  readonly principal: Principal;
  /** SHA-256 of each secret that is accepted. */
  readonly digests: readonly Buffer[];
  /** A secret stands in the file as it is. */
  readonly isPlain: boolean;
  /** Equal for entries that say the same. */
  readonly fingerprint: string;
}

const KEYS = ['name', 'sha256', 'token', 'roles', 'index', 'filter', 'block'];

/** SHA-256 of a secret. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Reads the tokens file: YAML or JSON, a list of entries, or `tokens:` with that list.
 * @throws ConfigError with the file, the place in it, and what is wrong
 */
export function readTokensFile(file: string): TokenEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`cannot read the tokens file ${file}: ${code}`);
  }
  return parseTokens(text, file);
}

/** @throws ConfigError see {@link readTokensFile} */
export function parseTokens(text: string, file: string): TokenEntry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem) {
    const what = problem.message.split('\n', 1)[0]?.replace(/:$/, '');
    throw new ConfigError(`the tokens file ${file} is not valid YAML: ${what}`);
  }
  const fail: Fail = (path, what) => {
    const node = document.getIn(path, true) as { range?: [number] } | undefined;
    const offset = node?.range?.[0];
    const line = offset === undefined ? '' : `, line ${lines.linePos(offset).line}`;
    const place = path.reduce<string>(
      (so, step) => (typeof step === 'number' ? `${so}[${step}]` : `${so}${so && '.'}${step}`),
      '',
    );
    throw new ConfigError(`the tokens file ${file}${line}${place && `, ${place}`}: ${what}`);
  };
  return readEntries(document.toJS(), fail);
}

type Path = readonly (string | number)[];
type Fail = (path: Path, what: string) => never;

function readEntries(content: unknown, fail: Fail): TokenEntry[] {
  const bare = Array.isArray(content);
  const top: Path = bare ? [] : ['tokens'];
  const list = bare ? content : isRecord(content) ? content['tokens'] : undefined;
  if (!Array.isArray(list)) return fail([], 'expected a list of entries, or "tokens:" with one');
  const names = new Map<string, number>();
  const secrets = new Map<string, string>();
  return list.map((raw: unknown, i) => {
    const entry = readEntry(raw, [...top, i], fail);
    const { name } = entry.principal;
    if (names.has(name)) fail([...top, i, 'name'], `"${name}" is there twice; names are unique`);
    names.set(name, i);
    for (const digest of entry.digests) {
      const owner = secrets.get(digest.toString('hex'));
      if (owner !== undefined) fail([...top, i], `has the same secret as "${owner}"`);
      secrets.set(digest.toString('hex'), name);
    }
    return entry;
  });
}

function readEntry(raw: unknown, path: Path, fail: Fail): TokenEntry {
  if (!isRecord(raw)) return fail(path, 'expected an entry with name, sha256 or token, and roles');
  for (const key of Object.keys(raw)) {
    if (KEYS.includes(key)) continue;
    const [near] = nearest(key, KEYS);
    const hint = near === undefined ? `known are ${KEYS.join(', ')}` : `did you mean ${near}?`;
    fail([...path, key], `unknown key; ${hint}`);
  }
  const { name, index = '*', filter = null, block = false } = raw;
  if (typeof name !== 'string' || !/^[^\s:]{1,100}$/.test(name)) {
    return fail(
      [...path, ...('name' in raw ? ['name'] : [])],
      'name must be a text of up to 100 characters without spaces and ":"',
    );
  }
  const hashes = texts(raw['sha256'], [...path, 'sha256'], fail).map((hex) =>
    /^[0-9a-f]{64}$/i.test(hex)
      ? Buffer.from(hex, 'hex')
      : fail([...path, 'sha256'], 'expected 64 hexadecimal digits: printf %s TOKEN | sha256sum'),
  );
  const plain = texts(raw['token'], [...path, 'token'], fail).map((token) =>
    /^\S+$/.test(token)
      ? digestOf(token)
      : fail([...path, 'token'], 'must not be empty or have blanks in it'),
  );
  const digests = [...hashes, ...plain];
  if (digests.length === 0) fail(path, `"${name}" has neither sha256 nor token`);
  if (typeof index !== 'string') return fail([...path, 'index'], 'must be a text such as "logs-*"');
  const rowFilter = isRecord(filter) ? JSON.stringify(filter) : filter;
  if (rowFilter !== null && typeof rowFilter !== 'string') {
    return fail([...path, 'filter'], 'must be a query: a text, or the Query DSL');
  }
  if (typeof block !== 'boolean') return fail([...path, 'block'], 'must be true or false');
  const roles = readRoles(raw['roles'], path, fail);
  const principal: Principal = { name, roles, index, rowFilter, mayBlock: block };
  try {
    audienceOf(principal);
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    const key = error.code === 'BAD_INDEX_NAME' ? 'index' : 'filter';
    fail([...path, key], error.message);
  }
  const fingerprint = JSON.stringify([
    ...[name, index, rowFilter, block],
    ...[...roles].toSorted(),
    ...digests.map((digest) => digest.toString('hex')).toSorted(),
  ]);
  return { principal, digests, isPlain: plain.length > 0, fingerprint };
}

function readRoles(raw: unknown, path: Path, fail: Fail): ReadonlySet<Role> {
  const at: Path = raw === undefined ? path : [...path, 'roles'];
  if (!Array.isArray(raw) || raw.length === 0) {
    return fail(at, `roles must be a list of one or more of ${ROLES.join(', ')}`);
  }
  for (const role of raw) {
    if (!ROLES.includes(role)) {
      fail(at, `unknown role ${JSON.stringify(role)}; there are ${ROLES.join(', ')}`);
    }
  }
  return new Set(raw as Role[]);
}

/** One text, or several so that a secret can be changed without a gap. */
function texts(raw: unknown, path: Path, fail: Fail): string[] {
  if (raw === undefined) return [];
  const list: unknown[] = Array.isArray(raw) ? raw : [raw];
  return list.map((each) => (typeof each === 'string' ? each : fail(path, 'must be a text')));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
