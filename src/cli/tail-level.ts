/** How severe a document says it is; what colours go by. */
export type Severity = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface Level {
  readonly severity: Severity | undefined;
  /** As it is shown: upper case. */
  readonly label: string;
}

const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  fatal: ['fatal', 'emerg', 'emergency', 'alert', 'crit', 'critical', 'panic'],
  error: ['error', 'err', 'severe', 'failure'],
  warn: ['warn', 'warning'],
  info: ['info', 'information', 'informational', 'notice'],
  debug: ['debug', 'fine'],
  trace: ['trace', 'verbose', 'finer', 'finest', 'silly'],
};

const SEVERITY_OF = new Map<string, Severity>(
  Object.entries(WORDS).flatMap(([severity, words]) =>
    words.map((word) => [word, severity as Severity] as const),
  ),
);

/** Syslog's names, by number. */
const SYSLOG = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
/** What pino and bunyan write, by tens. */
const PINO: readonly Severity[] = ['trace', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * Reads a level: a word of any logging library, a syslog severity (0 to 7), or a number of pino
 * and bunyan (10 to 60).
 * @returns undefined when the value is no level at all
 */
export function readLevel(value: unknown): Level | undefined {
  if (typeof value === 'number') return levelOfNumber(value);
  if (typeof value !== 'string') return undefined;
  const word = value.trim();
  if (word === '' || word.length > 20) return undefined;
  if (/^\d+$/.test(word)) return levelOfNumber(Number(word));
  return { severity: SEVERITY_OF.get(word.toLowerCase()), label: word.toUpperCase() };
}

function levelOfNumber(number: number): Level | undefined {
  const word = SYSLOG[number];
  if (word !== undefined) return { severity: SEVERITY_OF.get(word), label: word.toUpperCase() };
  const severity = PINO[Math.floor(number / 10)];
  if (severity === undefined || number < 0) return undefined;
  return { severity, label: severity.toUpperCase() };
}
