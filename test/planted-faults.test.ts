import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS } from './soak/faults.ts';

test.each(FAULTS)('$name: there is a line to plant it in', ({ file, find }) => {
  const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  expect(source.split(find)).toHaveLength(2);
});
