import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SOURCE = new URL('../../src/', import.meta.url);
const STATIC = /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)';$/gms;

/** What is loaded with a file, by path below `src/`. */
function loadedWith(file: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(STATIC)) {
    loadedWith(new URL(path!, file), seen);
  }
  return seen;
}

it('reads the command line without what only the commands need', () => {
  const files = [...loadedWith(new URL('main.ts', SOURCE))].map((href) =>
    href.slice(SOURCE.href.length),
  );
  expect(files).toContain('config.ts');
  expect(files).toContain('cli/token-command.ts');
  expect(files.filter((path) => path.includes('query/'))).toEqual([]);
  expect(files.length).toBeLessThan(30);
});
