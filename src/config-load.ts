import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { parseDocument } from 'yaml';
import { type Config, SETTINGS } from './config.ts';
import { addressComplaint } from './config-addresses.ts';
import type { Setting } from './config-setting.ts';
import {
  describeAllowed,
  formatSetting,
  parseSetting,
  type SettingValue,
} from './config-values.ts';
import { nearest } from './nearest.ts';

export type SettingName = keyof typeof SETTINGS;

/** The table's names, in the table's order. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** A setting that cannot be taken; the message is one line for the person who wrote it. */
export class ConfigError extends Error {}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from: `--port`, `ESTROM_PORT`, `port in FILE` or `default`. */
  readonly origins: Readonly<Record<SettingName, string>>;
}

/** `fooBar` → `foo-bar`: the name on the command line and in the file. */
export function kebabName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `fooBar` → `ESTROM_FOO_BAR`. */
export function environmentName(name: string): string {
  return `ESTROM_${kebabName(name).replaceAll('-', '_').toUpperCase()}`;
}

/** Names the configuration file itself, so it cannot be a setting in that file. */
const FILE_VARIABLE = 'ESTROM_CONFIG';
/** What clients such as `estrom tail` read: of no concern to a server in the same environment. */
const CLIENT_VARIABLES: readonly string[] = ['ESTROM_TOKEN'];

interface Given {
  readonly origin: string;
  readonly raw: unknown;
}
type Layer = ReadonlyMap<SettingName, Given>;

const didYouMean = (name: string, known: Iterable<string>): string => {
  const [match] = nearest(name, known);
  return match === undefined ? '' : `; did you mean ${match}?`;
};

function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const layer = new Map<SettingName, Given>();
  for (const name of SETTING_NAMES) {
    const raw = flags[name];
    if (raw !== undefined) layer.set(name, { origin: `--${kebabName(name)}`, raw });
  }
  return layer;
}

function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const known = new Map(SETTING_NAMES.map((name) => [environmentName(name), name]));
  const layer = new Map<SettingName, Given>();
  for (const [variable, raw] of Object.entries(env)) {
    if (!variable.startsWith('ESTROM_') || raw === undefined) continue;
    if (variable === FILE_VARIABLE || CLIENT_VARIABLES.includes(variable)) continue;
    const name = known.get(variable);
    if (name === undefined) {
      throw new ConfigError(
        `the environment has ${variable}, which is not a setting${didYouMean(variable, known.keys())}`,
      );
    }
    layer.set(name, { origin: variable, raw });
  }
  return layer;
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `cannot read the configuration file ${file}: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) {
    const what = problem.message.split('\n', 1)[0]?.replace(/:$/, '');
    throw new ConfigError(`the configuration file ${file} is not valid YAML: ${what}`);
  }
  return document.toJS();
}

function fileLayer(file: string): Layer {
  const content = readYaml(file) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError(`the configuration file ${file} must hold lines such as "port: 9280"`);
  }
  const known = new Map(SETTING_NAMES.map((name) => [kebabName(name), name]));
  const layer = new Map<SettingName, Given>();
  for (const [key, raw] of Object.entries(content)) {
    const name = known.get(key);
    if (name === undefined) {
      throw new ConfigError(
        `the configuration file ${file} has "${key}", which is not a setting${didYouMean(key, known.keys())}`,
      );
    }
    layer.set(name, { origin: `${key} in ${file}`, raw });
  }
  return layer;
}

/** True when only programs on this machine can connect to the address. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/**
 * Puts the settings together: flag before environment before YAML file before default. Every value
 * is checked once, here, by the table.
 *
 * @param flags values by setting name, as text or boolean; absent ones are undefined
 * @param file path of the YAML file; without it `ESTROM_CONFIG` may name one
 * @throws ConfigError when a value or a name is not allowed
 */
export function loadConfig(
  flags: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  file: string | undefined = env[FILE_VARIABLE],
): LoadedConfig {
  const layers = [flagLayer(flags), environmentLayer(env), file ? fileLayer(file) : new Map()];
  const values: Record<string, SettingValue> = {};
  const origins: Record<string, string> = {};
  for (const name of SETTING_NAMES) {
    const setting: Setting = SETTINGS[name];
    const given: Given | undefined = layers.find((layer) => layer.has(name))?.get(name);
    const value = given ? parseSetting(setting, given.raw) : setting.default;
    if (value === undefined) {
      throw new ConfigError(
        `${given?.origin} is ${JSON.stringify(given?.raw)}, but must be ${describeAllowed(setting)}`,
      );
    }
    values[name] = value;
    origins[name] = given?.origin ?? 'default';
  }
  // The casts hold because the loop went through every name and parseSetting keeps the kind.
  const config = Object.freeze(values) as Config;
  if (!isLoopback(config.host) && config.tokens === '' && !config.insecure) {
    throw new ConfigError(
      `${origins['host']} is "${config.host}", which other machines can reach, and there is no access control: anybody could read and send documents; listen on 127.0.0.1, name the callers in a file (--tokens), or add --insecure if the network is trusted`,
    );
  }
  if (config.forward && config.elasticsearch === '') {
    throw new ConfigError(
      `${origins['forward']} is given without --elasticsearch: name the Elasticsearch that requests are passed on to`,
    );
  }
  const complaint = addressComplaint(config, origins as LoadedConfig['origins']);
  if (complaint !== undefined) throw new ConfigError(complaint);
  return Object.freeze({ config, origins: Object.freeze(origins) as LoadedConfig['origins'] });
}

const HIDDEN = '***';

/** Without what nobody should read over somebody's shoulder: secrets, and passwords in URLs. */
function shown(setting: Setting, value: SettingValue): string {
  const text = formatSetting(setting, value);
  if (setting.isSecret === true) return text === '' ? '' : HIDDEN;
  return text.replace(/(:\/\/[^/?#\s,:@]*:)[^/?#\s,]*@/g, `$1${HIDDEN}@`);
}

/**
 * The effective settings as a YAML file that could be given to `--config`, each with its origin.
 * Secrets in it are hidden.
 */
export function printConfig({ config, origins }: LoadedConfig): string {
  const lines = SETTING_NAMES.map((name) => {
    const value = shown(SETTINGS[name], config[name]);
    const quoted = SETTINGS[name].kind === 'string' ? JSON.stringify(value) : value;
    return `${kebabName(name)}: ${quoted} # ${origins[name]}`;
  });
  return `${lines.join('\n')}\n`;
}
