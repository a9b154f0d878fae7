import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../config-load.ts';

interface TailFlags {
  readonly index: string;
  readonly url: string;
  readonly token?: string;
  readonly ca?: string;
  readonly lang?: string;
  readonly id?: string;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
  readonly fields?: readonly string[];
  readonly color?: boolean;
}

/** `estrom tail [query…]`. */
export function addTailCommand(program: Command): void {
  program
    .command('tail')
    .description('follow a query on a running server')
    .argument('[query...]', 'query string or Query DSL; without it, every document')
    .option('-i, --index <names>', 'indices: names, patterns, lists (logs-*,events)', '*')
    .option('--url <url>', 'where the server is', 'http://127.0.0.1:9280')
    .addOption(
      new Option('--token <token>', 'bearer token (in a process list, unlike ESTROM_TOKEN)').env(
        'ESTROM_TOKEN',
      ),
    )
    .option('--ca <file>', 'certificates to trust besides the known ones, PEM')
    .option('--lang <language>', 'language of the query: lucene, kql (default: lucene)')
    .option('--id <id>', 'id of a registered query, in place of a query')
    .addOption(
      new Option('--limit <count>', 'stop after so many hits')
        .argParser(readLimit)
        .default(Number.POSITIVE_INFINITY, 'none'),
    )
    .option('--after, --since <seq>', 'begin behind this _seq, as far as the server remembers')
    .addOption(
      new Option('--fields <names>', 'show only these after time and level: a,b.c,_id')
        .argParser(readNames)
        .conflicts('json'),
    )
    .option('--json', 'hits as they came, one a line')
    .option('--color', 'colours even where it is no terminal')
    .option('--no-color', 'no colours')
    .action(run);
}

function readLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidArgumentError('It takes a positive integer.');
  }
  return limit;
}

function readNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It takes names with commas between.');
  return names;
}

async function run(words: readonly string[], flags: TailFlags & { since?: string }): Promise<void> {
  checkUrl(flags.url);
  if (flags.id !== undefined && words.length > 0) {
    throw new ConfigError('a query and --id exclude each other');
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second one is for somebody in a hurry.
      if (interrupted.signal.aborted) process.exit(0);
      interrupted.abort();
    });
  }
  const { tail } = await import('./tail.ts');
  process.exitCode = await tail({
    url: flags.url,
    index: flags.index,
    query: words.length === 0 ? undefined : words.join(' '),
    lang: flags.lang,
    id: flags.id,
    token: flags.token || undefined,
    ca: flags.ca === undefined ? undefined : readCertificates(flags.ca),
    limit: flags.limit,
    after: flags.since,
    json: flags.json ?? false,
    fields: flags.fields ?? null,
    color: flags.color ?? takesColor(process.stdout),
    colorMessages: flags.color ?? takesColor(process.stderr),
    output: process.stdout,
    messages: process.stderr,
    signal: interrupted.signal,
  });
}

/** NO_COLOR: https://no-color.org */
function takesColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && !NO_COLOR && TERM !== 'dumb';
}

function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  throw new ConfigError(`--url ${text} is no address, try http://127.0.0.1:9280`);
}

export function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
