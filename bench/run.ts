import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import { SUITES } from './suites.ts';
import { formatTable } from './table.ts';

const USAGE = `usage: npm run bench -- [suite[/case]…] [--seconds N] [--json] [--help]
  suite/case     only the suite's cases with this in their names
  --seconds N    how long each thing is measured (3)
  --json         the rows as JSON
  --help         with a suite: what it measures, its cases and options
suites: ${Object.keys(SUITES).join(', ')}`;

const list = (text: string | undefined) => text?.split(',').filter((name) => name !== '') ?? [];

interface Wanted {
  readonly suite: string;
  /** Part of a case's name; empty: every case. */
  readonly part: string;
}

function readWanted(positionals: readonly string[]): Wanted[] {
  const names = positionals.length > 0 ? positionals : Object.keys(SUITES);
  return names.map((name) => {
    const [suite = '', part = ''] = name.split('/');
    if (!(suite in SUITES)) throw new Error(`unknown suite ${suite}\n${USAGE}`);
    return { suite, part };
  });
}

/** @throws Error when the case fails: a wrong result ends the whole run */
async function runCase(suite: string, name: string, options: BenchOptions): Promise<Row[]> {
  const child = fork(
    new URL('./case.ts', import.meta.url),
    [suite, name, JSON.stringify(options)],
    { execArgv: ['--expose-gc'] },
  );
  let rows: Row[] | undefined;
  child.on('message', (message) => {
    rows = message as Row[];
  });
  await once(child, 'exit');
  if (rows === undefined) throw new Error(`${suite}/${name} failed`);
  return rows;
}

function casesOf(suite: Suite, options: BenchOptions): readonly string[] {
  return typeof suite.cases === 'function' ? suite.cases(options) : suite.cases;
}

async function help(positionals: readonly string[], options: BenchOptions): Promise<string> {
  if (positionals.length === 0) return USAGE;
  const texts: string[] = [USAGE];
  for (const { suite: name } of readWanted(positionals)) {
    const suite = await SUITES[name]!();
    texts.push(`\n${name}: ${suite.about}`, ...(suite.usage === undefined ? [] : [suite.usage]));
    texts.push(`cases: ${casesOf(suite, options).join(', ')}`);
  }
  return texts.join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      seconds: { type: 'string', default: '3' },
      kinds: { type: 'string' },
      sizes: { type: 'string' },
      pool: { type: 'boolean', default: true },
      peers: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const options: BenchOptions = {
    seconds: Number(values.seconds),
    kinds: list(values.kinds),
    sizes: list(values.sizes),
    pool: values.pool,
    peers: values.peers,
    only: list(values.only),
  };
  if (values.help) {
    process.stdout.write(`${await help(positionals, options)}\n`);
    return;
  }
  const machine = describeMachine();
  const say = values.json ? () => {} : (text: string) => process.stdout.write(`${text}\n`);
  say(Object.values(machine).join(' · '));
  const results: Record<string, Row[]> = {};
  for (const { suite: suiteName, part } of readWanted(positionals)) {
    const suite = await SUITES[suiteName]!();
    say(`\n## ${suiteName}: ${suite.about}\n`);
    const rows: Row[] = [];
    try {
      for (const name of casesOf(suite, options)) {
        if (name.includes(part)) rows.push(...(await runCase(suiteName, name, options)));
      }
    } finally {
      // What was measured before a wrong result still counts.
      if (rows.length > 0) say(formatTable(rows));
    }
    const targets = suite.targets?.(rows) ?? [];
    if (targets.length > 0) say(`\n${formatTable(targets)}`);
    if (targets.length > 0) results[`${suiteName} targets`] = [...targets];
    results[suiteName] = [...(results[suiteName] ?? []), ...rows];
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, results })}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
