import { expect, it } from 'vitest';
import { resolveIndexMath } from '../../src/ingest/index-math.ts';

const NOW = Date.UTC(2024, 4, 31, 23, 30, 15);

it.each([
  ['logs', 'logs'],
  ['<logs>', 'logs'],
  ['<filebeat-7.17.29-{now/d}-000001>', 'filebeat-7.17.29-2024.05.31-000001'],
  ['<a-{now/d-1M}>', 'a-2024.04.30'],
  ['<a-{now/M{yyyy.MM}}>', 'a-2024.05'],
  ['<a-{now{yyyy.MM.dd-HH.mm.ss}}>', 'a-2024.05.31-23.30.15'],
  ['<a-{now/d{yyyy.MM.dd|+01:00}}>', 'a-2024.06.01'],
  ['<a-{now/d}-{now/y{yy}}>', 'a-2024.05.31-24'],
])('reads %s as %s', (name, resolved) => {
  expect(resolveIndexMath(name, NOW)).toBe(resolved);
});

it.each([
  '<a-{now/x}>',
  '<a-{later}>',
  '<a-{now/d{EEE}}>',
  '<a-{now/d{yyyy|Europe/Rome}}>',
  '<a-{>',
])('does not guess at %s', (name) => {
  expect(resolveIndexMath(name, NOW)).toBeNull();
});
