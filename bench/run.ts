import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { type BenchOptions, type Row, SUITES } from './suite.ts';
import { formatTable } from './table.ts';

const USAGE = `usage: npm run bench -- [suite[/case]…] [--json] [--seconds N]
suites: ${Object.keys(SUITES).join(', ')}`;

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

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, seconds: { type: 'string', default: '3' } },
  });
  const machine = describeMachine();
  const say = values.json ? () => {} : (text: string) => process.stdout.write(`${text}\n`);
  say(Object.values(machine).join(' · '));
  const results: Record<string, Row[]> = {};
  for (const { suite: suiteName, part } of readWanted(positionals)) {
    const suite = await SUITES[suiteName]!();
    say(`\n## ${suiteName}: ${suite.about}\n`);
    const rows: Row[] = [];
    for (const name of suite.cases) {
      if (!name.includes(part)) continue;
      rows.push(...(await runCase(suiteName, name, { seconds: Number(values.seconds) })));
    }
    say(formatTable(rows));
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
