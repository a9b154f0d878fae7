import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { steadyPort } from '../steady-port.ts';
import { run, temporaryFolder } from './child.ts';
import type { Client } from './client.ts';
import { ADDRESS, adapt, codeBlock } from './docs-page.ts';
import { COUNT, HALF, message } from './documents.ts';
import { prepared } from './prepare.ts';

/** The file that users copy, with what Debian's own configuration has around it. */
function configuration(root: string, port: string, index: string, input: number): string {
  const scl = `${root}/usr/share/syslog-ng/include/scl`;
  const text = adapt(codeBlock('syslog-ng', ''), {
    [ADDRESS]: `127.0.0.1:${port}`,
    'index("syslog")': `index("${index}")`,
  });
  return `@version: 3.38
@define scl-root "${scl}"
@include "${scl}/elasticsearch/elastic-http.conf"
options { stats-level(1); };
source s_src { network(ip("127.0.0.1") port(${input}) transport("tcp")); };
${text}`;
}

/** syslog-ng that was only unpacked, in a folder of its own. */
export const syslogNg: Client = {
  name: 'syslog-ng 3.38',
  needs: ['syslog-ng'],
  async send({ port, index, half, settled }) {
    const root = await prepared('syslog-ng');
    const folder = temporaryFolder('syslog-ng');
    const input = await steadyPort();
    const config = `${folder}/syslog-ng.conf`;
    writeFileSync(config, configuration(root, port, index, input));
    const modules = `${root}/usr/lib/syslog-ng/3.38`;
    const env = { ...process.env, LD_LIBRARY_PATH: `${root}/usr/lib/syslog-ng` };
    const control = `${folder}/control`;
    const { child } = run(
      `${root}/usr/sbin/syslog-ng`,
      [
        ...['--no-caps', '-F', '-f', config, '--module-path', modules, '--control', control],
        ...['--persist-file', `${folder}/persist`, '--pidfile', `${folder}/pid`],
      ],
      env,
    );
    const socket = await connected(input, () => child.exitCode);
    onTestFinished(() => void socket.destroy());
    for (let n = 0; n < COUNT; n++) {
      if (n === HALF) await half;
      const line = `<13>Nov 21 12:00:00 host estrom-test: ${message(n)}\n`;
      if (!socket.write(line)) await once(socket, 'drain');
    }
    await settled;
    return written(`${root}/usr/sbin/syslog-ng-ctl`, control, env);
  },
};

async function connected(port: number, exitCode: () => number | null): Promise<Socket> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (exitCode() !== null) throw new Error(`syslog-ng ended with ${exitCode()}`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      // It tells nobody when it listens.
      await delay(50);
    }
  }
  throw new Error('syslog-ng did not open its port');
}

/** Documents that syslog-ng counts as written, once the last answer has come. */
async function written(program: string, control: string, env: NodeJS.ProcessEnv): Promise<number> {
  let count = 0;
  for (let attempt = 0; attempt < 50 && count < COUNT; attempt++) {
    const text = execFileSync(program, ['stats', '--control', control], { env, encoding: 'utf8' });
    count = Number(/^dst\.http;.*;written;(\d+)$/m.exec(text)?.[1] ?? 0);
    if (count < COUNT) await delay(200);
  }
  return count;
}
