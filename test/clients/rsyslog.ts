import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { steadyPort } from '../steady-port.ts';
import type { Client } from './client.ts';
import { COUNT, HALF, message } from './documents.ts';

/** The file that users copy, with another port and index, and with an input that a test can feed. */
function configuration(port: string, index: string, input: number, stats: string): string {
  const text = readFileSync(new URL('../../docs/rsyslog.conf', import.meta.url), 'utf8')
    .replaceAll('serverport="9280"', `serverport="${port}"`)
    .replaceAll('searchIndex="syslog"', `searchIndex="${index}"`);
  return `
module(load="impstats" interval="1" format="json" log.syslog="off" log.file="${stats}")
module(load="imtcp")
${text}
input(type="imtcp" address="127.0.0.1" port="${input}")
`;
}

const STATS = 'stats.json';
const STATS_INTERVAL = 1000;

/** rsyslogd of its own, in a folder of its own, that passes what it hears on TCP to estrom. */
export class Rsyslog {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #folder: string;

  private constructor(child: ChildProcess, socket: Socket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
  }

  static async start(port: string, index: string): Promise<Rsyslog> {
    const folder = mkdtempSync(join(tmpdir(), 'estrom-rsyslog-'));
    const input = await steadyPort();
    const file = join(folder, 'rsyslog.conf');
    writeFileSync(file, configuration(port, index, input, join(folder, STATS)));
    const child = spawn('/usr/sbin/rsyslogd', ['-n', '-f', file, '-i', join(folder, 'pid')], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (let attempt = 0; attempt < 100; attempt++) {
      if (child.exitCode !== null) throw new Error(`rsyslogd ended with ${child.exitCode}`);
      const socket = connect(input, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return new Rsyslog(child, socket, folder);
      } catch {
        // Not listening yet: rsyslogd tells nobody when it is, so asking again is all there is.
        await delay(50);
      }
    }
    child.kill();
    throw new Error('rsyslogd did not open its port');
  }

  /** One log line; waits while rsyslogd does not read. */
  async log(message: string): Promise<void> {
    if (!this.#socket.write(`<13>Nov 21 12:00:00 host estrom-test: ${message}\n`)) {
      await once(this.#socket, 'drain');
    }
  }

  /** Documents that rsyslog itself counts as taken, once its counter stands still. */
  async accepted(): Promise<number> {
    for (let before = -1; ; ) {
      // rsyslog writes its counters down once a second and tells nobody.
      await delay(STATS_INTERVAL * 1.2);
      const text = readFileSync(join(this.#folder, STATS), 'utf8');
      const count = Number([...text.matchAll(/"response\.success": (\d+)/g)].at(-1)?.[1] ?? 0);
      if (count === before) return count;
      before = count;
    }
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    if (this.#child.exitCode === null) {
      const closed = once(this.#child, 'close');
      this.#child.kill();
      await closed;
    }
    if (existsSync(this.#folder)) rmSync(this.#folder, { recursive: true });
  }
}

export const rsyslog: Client = {
  name: 'rsyslog',
  async send({ port, index, half, settled }) {
    const daemon = await Rsyslog.start(port, index);
    onTestFinished(() => daemon.stop());
    for (let n = 0; n < COUNT; n++) {
      if (n === HALF) await half;
      await daemon.log(message(n));
    }
    await settled;
    return daemon.accepted();
  },
};
