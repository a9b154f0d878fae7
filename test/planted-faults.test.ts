import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS } from './soak/faults.ts';

  '$name: there is a line to plant it in',
  (fault) => {
    const source = readFileSync(new URL(`../src/${fault.file}`, import.meta.url), 'utf8');
    expect(source.split(fault.find)).toHaveLength(2);
  },
);
