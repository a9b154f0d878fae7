import { type Field, flatten, parseExactly, showText, showValue, valueAt } from './tail-fields.ts';
import { type Level, readLevel, type Severity } from './tail-level.ts';

export interface LineOptions {
  readonly color: boolean;
  /** The only fields to show after time and level, in this order; null: message, then all others. */
  readonly fields: readonly string[] | null;
  /** Each hit names its index. */
  readonly showIndex: boolean;
  /** Milliseconds since 1970: documents of this day show the time alone. */
  readonly now: number;
}

/** A record of the stream, as far as people are shown it. */
interface Hit {
  readonly _index?: unknown;
  readonly _id?: unknown;
  readonly _seq?: unknown;
  readonly _source?: unknown;
}

const TIME = ['@timestamp', 'timestamp', 'time', 'ts', 'datetime', 'date'];
const LEVEL = [
  'level',
  'log.level',
  'severity',
  'syslog.severity',
  'log.syslog.severity.name',
  'log.syslog.severity.code',
  'loglevel',
  'lvl',
  'severity_text',
  'SeverityText',
];
const MESSAGE = ['message', 'msg', 'log', 'event.original', 'body', 'Body', 'MESSAGE'];

const RESET = '\x1b[0m';
const DIM = '\x1b[2m';
const CYAN = '\x1b[36m';
const COLORS: Readonly<Record<Severity, string>> = {
  fatal: '\x1b[1;97;41m',
  error: '\x1b[1;31m',
  warn: '\x1b[33m',
  info: '\x1b[32m',
  debug: '\x1b[34m',
  trace: '\x1b[2m',
};

/**
 * One hit as a line for people: time, level, message, then the other fields as `name=value`.
 * @param json the hit as it came: `{"_index","_id","_seq","_source"}`
 */
export function formatHit(json: string, options: LineOptions): string {
  const hit = parseExactly(json) as Hit;
  const fields = flatten(hit._source ?? {});
  const taken = new Set<string>();
  const parts: string[] = [];
  const paint = (color: string, text: string) => (options.color ? color + text + RESET : text);

  const time = firstOf(fields, TIME, (value) => readTime(value));
  if (time !== undefined) {
    taken.add(time.path);
    parts.push(paint(DIM, showTime(time.value, options.now)));
  }
  const level = firstOf(fields, LEVEL, readLevel);
  if (level !== undefined) {
    taken.add(level.path);
    parts.push(showLevel(level.value, paint));
  }
  if (options.showIndex && options.fields === null) {
    parts.push(paint(CYAN, showValue(String(hit._index))));
  }
  if (options.fields !== null) {
    for (const path of options.fields) {
      const value = path.startsWith('_') ? hit[path as keyof Hit] : undefined;
      const shown = value ?? valueAt(fields, path);
      if (shown !== undefined) parts.push(showField([path, shown], paint));
    }
    return parts.join(' ');
  }
  const message = firstOf(fields, MESSAGE, (value) =>
    typeof value === 'string' && value !== '' ? value : undefined,
  );
  if (message !== undefined) {
    taken.add(message.path);
    parts.push(showText(message.value));
  }
  const rest = fields.filter(([path]) => !taken.has(path)).map((field) => showField(field));
  if (rest.length > 0) parts.push(paint(DIM, rest.join(' ')));
  return parts.join(' ');
}

type Paint = (color: string, text: string) => string;

function showField([path, value]: Field, paint?: Paint): string {
  const name = `${showValue(path)}=`;
  return `${paint === undefined ? name : paint(DIM, name)}${showValue(value)}`;
}

function showLevel({ severity, label }: Level, paint: Paint): string {
  const text = showValue(label);
  // Padded outside the colour: a background must not run on.
  const padding = ' '.repeat(Math.max(0, 5 - text.length));
  return (severity === undefined ? text : paint(COLORS[severity], text)) + padding;
}

interface Found<T> {
  readonly path: string;
  readonly value: T;
}

/** The first of these fields that can be read. */
function firstOf<T>(
  fields: readonly Field[],
  paths: readonly string[],
  read: (value: unknown) => T | undefined,
): Found<T> | undefined {
  for (const path of paths) {
    const field = fields.find(([name]) => name === path);
    const value = field === undefined ? undefined : read(field[1]);
    if (value !== undefined) return { path, value };
  }
  return undefined;
}

/** @returns the moment, or the text itself when it is none that JavaScript knows */
function readTime(value: unknown): Date | string | undefined {
  if (typeof value === 'number') {
    const date = new Date(value < 1e11 ? value * 1000 : value);
    return value > 0 && !Number.isNaN(date.getTime()) ? date : undefined;
  }
  if (typeof value !== 'string' || value === '' || value.length > 40) return undefined;
  const date = /^\d{4}-\d\d-\d\d[T ]/.test(value) ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? value : date;
}

/** In the time zone of this machine; the day only when it is another one. */
function showTime(time: Date | string, now: number): string {
  if (typeof time === 'string') return showValue(time).replaceAll('"', '');
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  if (time.toDateString() === new Date(now).toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}
