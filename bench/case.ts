import { type BenchOptions, SUITES } from './suite.ts';

/** The process of one case: `case.ts SUITE CASE OPTIONS`; its rows go to the parent. */
const [suiteName = '', caseName = '', options = '{}'] = process.argv.slice(2);
const suite = await SUITES[suiteName]!();
const rows = await suite.run(caseName, JSON.parse(options) as BenchOptions);
process.send!(rows, () => process.exit());
