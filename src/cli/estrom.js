#!/usr/bin/env node
// Plain JavaScript without new syntax: an old Node must get far enough to say that it is too old.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// V8 would let the young generation of the main thread alone grow to 128 MiB, in which what was sent
// long ago waits to be collected; 4 MiB a half cost no measurable time. V8 takes this flag only at
// its start, so the process replaces itself once: same pid, same pipes.
const YOUNG = '--max-semi-space-size=4';

// The C library would keep what each thread frees in pools of that thread: 100 MiB after a million
// registrations. So there are two pools, and blocks of 256 KiB and more go back to the system at once.
const MALLOC = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '1048576',
};

// What Node made of each module, without types and compiled, is kept beside the program for the next
// start: half of the time until the first answer. Where that folder cannot be written, nothing is.
const MODULES = fileURLToPath(new URL('../../.cache/modules', import.meta.url));

function keepModules() {
  // A process that has begun with this variable keeps them already, and so do its threads.
  if (process.env.NODE_COMPILE_CACHE) return;
  process.env.NODE_COMPILE_CACHE = MODULES;
  module.enableCompileCache(MODULES);
}

function boundYoungGeneration() {
  const flags = process.execArgv.concat(process.env.NODE_OPTIONS || '').join(' ');
  // A channel to a parent that forked this process would be lost.
  const isPossible = typeof process.execve === 'function' && process.platform !== 'win32';
  if (!isPossible || process.connected || /max[-_]semi[-_]space[-_]size/.test(flags)) return;
  const args = process.execArgv.concat(YOUNG, process.argv.slice(1));
  process.execve(process.execPath, [process.execPath].concat(args), {
    ...MALLOC,
    NODE_COMPILE_CACHE: MODULES,
    ...process.env,
  });
}

const found = process.versions.node.split('.').map(Number);

if (found[0] < 22 || (found[0] === 22 && found[1] < 22)) {
  process.stderr.write(
    `estrom needs Node.js 22.22 or newer, but this is ${process.versions.node}: install a newer one, or use "npm start", which brings its own\n`,
  );
  process.exitCode = 2;
} else {
  boundYoungGeneration();
  keepModules();
  // The published package has no sources: Node does not run TypeScript inside node_modules.
  const source = new URL('../main.ts', import.meta.url);
  const program = existsSync(source) ? source : new URL('../../dist/main.js', import.meta.url);
  import(program.href)
    .then((module) => module.main(process.argv))
    .catch((error) => {
      process.stderr.write(`estrom cannot start: ${error.stack}\n`);
      process.exitCode = 1;
    });
}
