import type { Setting } from './config-setting.ts';

export type SettingValue = string | number | boolean;

/** Powers of 1024 whatever the spelling, as Elasticsearch reads `32mb`. */
const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};
const DURATION_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const QUANTITY = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/;
/** Node's timers take no more milliseconds than this; longer ones would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

function quantity(text: string, unitOf: (unit: string) => number | undefined): number | undefined {
  const [, digits, unit] = QUANTITY.exec(text.trim().toLowerCase()) ?? [];
  const factor = unit === undefined ? undefined : unitOf(unit);
  return factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

function parseBytes(text: string): number | undefined {
  return quantity(text, (unit) => BYTE_UNITS[unit.replace(/(?<=[kmgt])i?b$/, '')]);
}

function parseDuration(text: string): number | undefined {
  return quantity(text, (unit) => DURATION_UNITS[unit]);
}

function parseBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** Least and greatest value that a numeric setting may take. */
function limits(setting: Setting): { min: number; max: number } {
  const max = setting.kind === 'duration' ? LONGEST_TIMER : Number.MAX_SAFE_INTEGER;
  return { min: setting.min ?? 0, max: setting.max ?? max };
}

/**
 * Reads one value by the table.
 * @param raw text from a flag or the environment, or a scalar from the YAML file
 * @returns the value, or undefined when the table does not allow it
 */
export function parseSetting(setting: Setting, raw: unknown): SettingValue | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') {
    return undefined;
  }
  const text = String(raw);
  if (setting.kind === 'boolean') return parseBoolean(text);
  if (setting.kind === 'string') {
    // An empty default means "not set", and may be said.
    if (text === setting.default) return text;
    if (text === '' || (setting.oneOf && !setting.oneOf.includes(text))) return undefined;
    return text;
  }
  const value =
    setting.kind === 'bytes'
      ? parseBytes(text)
      : setting.kind === 'duration'
        ? parseDuration(text)
        : /^-?\d+$/.test(text)
          ? Number(text)
          : undefined;
  const { min, max } = limits(setting);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** The same value in the shortest exact unit: `32mb`, `8s`, `9280`. */
export function formatSetting(setting: Setting, value: SettingValue): string {
  if (typeof value !== 'number' || value === 0) return String(value);
  if (setting.kind === 'bytes') {
    for (const unit of ['t', 'g', 'm', 'k']) {
      if (value % BYTE_UNITS[unit]! === 0) return `${value / BYTE_UNITS[unit]!}${unit}b`;
    }
  }
  if (setting.kind === 'duration') {
    for (const unit of ['d', 'h', 'm', 's']) {
      if (value % DURATION_UNITS[unit]! === 0) return `${value / DURATION_UNITS[unit]!}${unit}`;
    }
    return `${value}ms`;
  }
  return String(value);
}

/** What the table allows, as the end of a sentence: `a whole number from 0 to 65535`. */
export function describeAllowed(setting: Setting): string {
  if (setting.kind === 'boolean') return 'true or false';
  if (setting.kind === 'string') return setting.oneOf?.join(', ') ?? 'a text that is not empty';
  const { min, max } = limits(setting);
  const noun = {
    integer: 'a whole number',
    bytes: 'a number of bytes such as 512, 64kb or 32mb',
    duration: 'a duration such as 500ms, 8s or 10m',
  }[setting.kind];
  if (max === Number.MAX_SAFE_INTEGER) return `${noun}, ${formatSetting(setting, min)} or more`;
  const longest = max === LONGEST_TIMER ? '24d' : formatSetting(setting, max);
  return `${noun}, from ${formatSetting(setting, min)} to ${longest}`;
}
