import type { BenchOptions } from './suite.ts';
import { SUITES } from './suites.ts';

/** The process of one case: `case.ts SUITE CASE OPTIONS`; its rows go to the parent. */
const [suiteName = '', caseName = '', options = '{}'] = process.argv.slice(2);
const suite = await SUITES[suiteName]!();
const rows = await suite.run(caseName, JSON.parse(options) as BenchOptions);
process.send!(rows, () => process.exit());
