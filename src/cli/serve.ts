import { readRoles } from '../compose/roles.ts';
import type { Config } from '../config.ts';
import { ConfigError } from '../config-load.ts';
import { CrossbarError } from '../crossbar/crossbar-error.ts';
import { EstromError } from '../errors.ts';
import { startEstrom } from '../estrom.ts';
import { createLogger, type Logger } from '../log.ts';

interface Running {
  readonly url: string;
  reload(): void;
  close(): Promise<void>;
}

/** What to write when the socket cannot be opened: the setting to change, not the system call. */
function listenComplaint(error: unknown, { host, port }: Config): string | undefined {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use: stop what listens there, or choose another with --port (0 takes a free one)`;
    case 'EACCES':
      return `port ${port} on ${host} needs privileges: choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `--host ${host} is not an address of this machine`;
    default:
      return undefined;
  }
}

/** The same when a server that estrom needs has answered, and will not have it. */
function refusalComplaint(error: unknown, { crossbar }: Config): string | undefined {
  if (error instanceof EstromError && error.code === 'UNAUTHENTICATED') return error.message;
  if (!(error instanceof CrossbarError)) return undefined;
  return `Crossbar.io at ${crossbar} does not allow what estrom needs: ${error.message}; name its transport for estrom, and give that the permissions of docs/crossbar.json`;
}

async function start(config: Config, log: Logger): Promise<Running> {
  try {
    return await startEstrom(config, log);
  } catch (error) {
    const complaint = listenComplaint(error, config) ?? refusalComplaint(error, config);
    throw complaint === undefined ? error : new ConfigError(complaint);
  }
}

function welcome(url: string, version: string, config: Config): string {
  const { beater, endless } = readRoles(config);
  const curl = config.tokens === '' ? 'curl' : 'curl -H "Authorization: Bearer $ESTROM_TOKEN"';
  const lines = [
    endless && `tail:     ${curl} -N '${url}/api/v0.1/docs?i=events&format=ndjson&q=level:error'`,
    beater &&
      `send:     ${curl} '${url}/api/v0.1/docs?i=events' -d '{"level":"error","message":"it works"}'`,
    `metrics:  ${curl} '${url}/metrics'`,
  ];
  const list = lines.filter((line) => line !== false).map((line) => `  ${line}\n`);
  return `estrom ${version} listens on ${url}\n\nTry next, in other terminals:\n${list.join('')}`;
}

/** npm passes Ctrl-C on although the terminal has sent it already: within this time it is the same one. */
const SAME_SIGNAL = 500;

/** Resolves at SIGTERM or SIGINT; from then on a second signal ends the process at once. */
function stopSignal(log: Logger): Promise<string> {
  return new Promise((resolve) => {
    let first: { readonly signal: string; readonly at: number } | undefined;
    const onSignal = (signal: string) => {
      const at = performance.now();
      if (first !== undefined) {
        if (signal === first.signal && at - first.at < SAME_SIGNAL) return;
        process.exit(130);
      }
      first = { signal, at };
      log.info({ signal }, 'draining; a second signal ends at once');
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Time beyond `drainTimeout` that closing may take before it counts as stuck. */
const CLOSE_MARGIN = 5000;

/**
 * Runs the server until SIGTERM or SIGINT, drains, and exits with 0. An error that nobody caught is
 * logged and ends the process with 1: its state is unknown, and senders send again what was not answered.
 * @throws ConfigError when the address cannot be listened on
 */
export async function serve(config: Config, version: string): Promise<void> {
  const log = createLogger(config.logLevel);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught error');
    process.exit(1);
  });
  // A closed pipe on standard output (estrom | head) is no reason to stop serving.
  process.stdout.on('error', () => {});

  const stopped = stopSignal(log);
  const running = await Promise.race([start(config, log), stopped]);
  if (typeof running === 'string') {
    // It may be waiting for Elasticsearch or Crossbar.io; nothing has been taken that it would lose.
    log.info('stopped before it was ready');
    process.exit(0);
  }
  // Before anybody is told that it is there: by itself this signal ends a process.
  process.on('SIGHUP', () => running.reload());
  log.info({ url: running.url, version, pid: process.pid }, 'listening');
  process.stdout.write(welcome(running.url, version, config));

  await stopped;
  setTimeout(() => {
    log.fatal('closing is stuck');
    process.exit(1);
  }, config.drainTimeout + CLOSE_MARGIN).unref();
  await running.close();
  log.info('stopped');
  // Explicit, so that a handle somebody forgot cannot keep a drained process alive.
  process.exit(0);
}
