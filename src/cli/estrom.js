#!/usr/bin/env node
// Plain JavaScript without new syntax: an old Node must get far enough to say that it is too old.
import { existsSync } from 'node:fs';

const found = process.versions.node.split('.').map(Number);

if (found[0] < 22 || (found[0] === 22 && found[1] < 22)) {
  process.stderr.write(
    `estrom needs Node.js 22.22 or newer, but this is ${process.versions.node}: install a newer one, or use "npm start", which brings its own\n`,
  );
  process.exitCode = 2;
} else {
  // Run from the sources the program is TypeScript, run from a published package JavaScript.
  const source = new URL('../main.ts', import.meta.url);
  const program = existsSync(source) ? source : new URL('../main.js', import.meta.url);
  import(program.href)
    .then((module) => module.main(process.argv))
    .catch((error) => {
      process.stderr.write(`estrom cannot start: ${error.stack}\n`);
      process.exitCode = 1;
    });
}
