import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));

interface State {
  revision: number;
  deleted: boolean;
}

/** By id: what was acknowledged, and the last that was asked for and so may be there as well. */
interface Told {
  readonly done: Map<string, State>;
  readonly asked: Map<string, State>;
}

/** Lets the writer work for a moment, kills it and adds what it said. */
async function killedWriter(folder: string, told: Told): Promise<void> {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, WRITER, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await sleep(Math.random() * 300);
  child.kill('SIGKILL');
  await closed;
  if (stderr !== '') throw new Error(stderr);
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [what, id, revision, deleted] = line.split(' ');
    const state = { revision: Number(revision), deleted: deleted === 'true' };
    told[what as keyof Told].set(id!, state);
  }
}

it('loses no acknowledged change when its process is killed, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'estrom-subscriptions-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const told: Told = { done: new Map(), asked: new Map() };
  for (let round = 0; round < 6; round++) {
    await killedWriter(folder, told);
    const store = await SqliteSubscriptions.open({
      folder,
      metrics: new Metrics(),
      log: createLogger('silent'),
    });
    const filter = { withDeleted: true, now: 0 };
    const { subscriptions } = await store.list(filter, { offset: 0, size: 1_000_000 });
    await store.close();
    const found = new Map(subscriptions.map((each) => [each.id, each]));
    const wrong: string[] = [];
    for (const [id, asked] of told.asked) {
      const done = told.done.get(id) ?? { revision: 0, deleted: false };
      const there = found.get(id);
      const revision = there?.estrom.revision ?? 0;
      const state = revision === asked.revision ? asked : done;
      const isRight =
        revision >= done.revision &&
        revision <= asked.revision &&
        (there === undefined ||
          (there.deleted === state.deleted && there.title === `revision ${Math.min(revision, 3)}`));
      if (!isRight) wrong.push(`${id}: acknowledged ${done.revision}, found ${revision}`);
      // What was under way at the kill is decided now.
      told.done.set(id, { revision, deleted: there?.deleted ?? false });
      told.asked.set(id, { revision, deleted: there?.deleted ?? false });
    }
    expect(wrong).toEqual([]);
    expect(found.size).toBe([...told.done.values()].filter((each) => each.revision > 0).length);
  }
  expect(told.done.size).toBeGreaterThan(20);
}, 60_000);
