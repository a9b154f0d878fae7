import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { codeBlock } from './docs-page.ts';

/** What the machine does not have is made once and kept here. */
const CACHE = resolve('.cache/clients');
const GO = fileURLToPath(new URL('go', import.meta.url));

interface Part {
  /** Changes when it has to be made anew. */
  readonly version: string;
  /** Shell commands; `$OUT` is the folder for the result, `$SRC` that of the sources. */
  readonly make: string;
  readonly source?: () => void;
}

const source = (name: string): string => `${CACHE}/${name}-src`;
const read = (path: string): string => readFileSync(path, 'utf8');

/** Takes the slot of a test less often than the tests themselves. */
const BUILD = 'cd "$SRC" && nice go build -trimpath -ldflags="-s -w" -o "$OUT/program" .';

function goPart(name: string, main: string): Part {
  return {
    version: main + read(`${GO}/${name}/go.mod`) + read(`${GO}/${name}/go.sum`),
    make: BUILD,
    source: () => {
      cpSync(`${GO}/${name}`, source(name), { recursive: true });
      writeFileSync(`${source(name)}/main.go`, main);
    },
  };
}

function pythonPart(packages: string): Part {
  const pip = '"$OUT/bin/python3" -m pip install -q --disable-pip-version-check';
  return { version: packages, make: `python3 -m venv "$OUT" && ${pip} ${packages}` };
}

const SYSLOG_NG = 'syslog-ng-core syslog-ng-mod-http syslog-ng-scl';
const DOWNLOAD = `apt-get download -qq ${SYSLOG_NG}`;

/** In the order in which they are made; the long builds go on while the first tests run. */
const PARTS = {
  'python-9': pythonPart('elasticsearch==9.5.1 ijson==3.6.0'),
  'python-wamp': pythonPart('autobahn==26.10.2 msgpack==1.2.4'),
  'python-7': pythonPart("elasticsearch==7.17.13 'urllib3<2'"),
  // Debian does not let it stand beside rsyslog, so it is only unpacked.
  'syslog-ng': {
    version: SYSLOG_NG,
    make: `cd "$OUT" && { ${DOWNLOAD} || { apt-get update -qq; ${DOWNLOAD}; }; } && for f in *.deb; do dpkg -x "$f" .; done`,
  },
  otel: goPart('otel', read(`${GO}/otel/main.go`)),
  filebeat: goPart('filebeat', read(`${GO}/filebeat/main.go`)),
  bulk: goPart('bulk', codeBlock('go', 'go')),
} satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

function markOf(name: PartName): string {
  const hash = createHash('sha256').update(PARTS[name].version).update(PARTS[name].make);
  return `${CACHE}/${name}-${hash.digest('hex').slice(0, 16)}`;
}

/** The folder of a part, once it is made. */
export async function prepared(name: PartName): Promise<string> {
  const mark = markOf(name);
  // Another process makes it, and tells by these files alone.
  for (; !existsSync(`${mark}.ok`); await delay(250)) {
    if (existsSync(`${mark}.failed`)) throw new Error(read(`${mark}.failed`));
  }
  return mark;
}

/** Starts to make what is missing, one after the other. @returns ends what is not ready */
export function prepareAll(): () => void {
  mkdirSync(CACHE, { recursive: true });
  let current: ChildProcess | null = null;
  let stopped = false;
  const makeAll = async (): Promise<void> => {
    for (const name of Object.keys(PARTS) as PartName[]) {
      const mark = markOf(name);
      rmSync(`${mark}.failed`, { force: true });
      if (existsSync(`${mark}.ok`) || stopped) continue;
      const part: Part = PARTS[name];
      rmSync(mark, { recursive: true, force: true });
      rmSync(source(name), { recursive: true, force: true });
      mkdirSync(mark);
      part.source?.();
      const env = { ...process.env, OUT: mark, SRC: source(name), GOTOOLCHAIN: 'local' };
      // A group of its own, so that it can be ended with all that it started.
      const child = spawn('sh', ['-ec', part.make], {
        env,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      current = child;
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        errors = (errors + text).slice(-4000);
      });
      const [code] = await once(child, 'close');
      current = null;
      if (stopped) return;
      writeFileSync(`${mark}.${code === 0 ? 'ok' : 'failed'}`, `cannot make ${name}: ${errors}`);
    }
  };
  void makeAll();
  return () => {
    stopped = true;
    if (current?.pid !== undefined) process.kill(-current.pid);
  };
}
