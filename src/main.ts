import { Command, CommanderError, Option } from 'commander';
import { addTailCommand, readCertificates } from './cli/tail-command.ts';
import { addTokenCommand } from './cli/token-command.ts';
import { SETTINGS } from './config.ts';
import {
  ConfigError,
  environmentName,
  kebabName,
  type LoadedConfig,
  loadConfig,
  printConfig,
  SETTING_NAMES,
} from './config-load.ts';
import type { Setting } from './config-setting.ts';
import { formatSetting } from './config-values.ts';
import { version } from './version.ts';

/** Exit code of everything that the person at the command line has to change. */
const USAGE = 2;

function settingOptions(): Option[] {
  return SETTING_NAMES.map((name) => {
    const setting: Setting = SETTINGS[name];
    const values = setting.oneOf ? ` (${setting.oneOf.join(', ')})` : '';
    const usual = formatSetting(setting, setting.default);
    const help = `${setting.help}${values}${usual === '' ? '' : ` [${usual}]`}`;
    const argument = setting.kind === 'boolean' ? '' : ` <${setting.kind}>`;
    return new Option(`--${kebabName(name)}${argument}`, help);
  });
}

interface ServeFlags extends Readonly<Record<string, unknown>> {
  readonly config?: string;
  readonly printConfig?: boolean;
}

async function runServe(flags: ServeFlags): Promise<void> {
  const loaded: LoadedConfig = loadConfig(flags, process.env, flags.config);
  if (flags.printConfig) {
    process.stdout.write(printConfig(loaded));
    return;
  }
  // Loaded once it is known that there is something to run: mistakes and help answer sooner.
  const { serve } = await import('./cli/serve.ts');
  await serve(loaded.config, version());
}

interface IngestFlags {
  readonly index: string;
  readonly url: string;
  readonly token?: string;
  readonly ca?: string;
}

async function runIngest({ index, url, token, ca: file }: IngestFlags): Promise<void> {
  const { ingest } = await import('./cli/ingest.ts');
  const ca = file === undefined ? undefined : readCertificates(file);
  const [input, output] = [process.stdin, process.stderr];
  process.exitCode = await ingest({ url, index, input, output, token, ca });
}

function commandLine(): Command {
  // Errors are reported by main(), on one line.
  const program = new Command('estrom').exitOverride().configureOutput({ outputError: () => {} });
  program
    .description('A live, filtered tail -f for document streams, and a home for standing queries.')
    .version(version(), '-V, --version', 'print the version');

  const server = program
    .command('serve', { isDefault: true })
    .description('run the server (what plain "estrom" does)')
    .option('--config <file>', 'YAML file with settings, such as "port: 9280"')
    .option('--print-config', 'print the effective settings and where each came from, then exit')
    .action(runServe);
  for (const option of settingOptions()) server.addOption(option);

  program
    .command('ingest')
    .description('send standard input to a running server, one document or log line a line')
    .requiredOption('-i, --index <name>', 'index that the documents belong to')
    .option('--url <url>', 'where the server is', 'http://127.0.0.1:9280')
    .addOption(
      new Option('--token <token>', 'bearer token (in a process list, unlike ESTROM_TOKEN)').env(
        'ESTROM_TOKEN',
      ),
    )
    .option('--ca <file>', 'certificates to trust besides the known ones, PEM')
    .action(runIngest);
  addTailCommand(program);
  addTokenCommand(program);

  program.addHelpText('after', () => `\nOptions of serve, [default]:\n${optionList(server)}`);
  server.addHelpText(
    'after',
    `\nEvery setting is also an environment variable (--log-level is ${environmentName('logLevel')}) and a line of the YAML file.\nBytes take 512, 64kb, 32mb, 1gb; durations 500ms, 8s, 10m.`,
  );
  return program;
}

/** What stands above the setting with which a group of them begins. */
const HEADINGS: ReadonlyMap<string, string> = new Map([
  ['elasticsearch', 'With Elasticsearch:'],
  ['crossbar', 'With Crossbar.io:'],
  ['kafka', 'With Kafka:'],
  ['subscriptionStore', 'Durable subscriptions:'],
  ['roles', 'Apart from other processes, with both:'],
  ['ingestBuffer', 'Documents that come in:'],
  ['maxFields', 'Limits:'],
  ['headerTimeout', 'Connections:'],
  ['queryIdle', 'Queries and tails:'],
]);

function optionList(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command);
  const width = Math.max(...options.map((option) => help.optionTerm(option).length));
  return options
    .map((option) => {
      const heading = HEADINGS.get(option.attributeName());
      const line = `  ${help.optionTerm(option).padEnd(width)}  ${help.optionDescription(option)}`;
      return heading === undefined ? line : `\n${heading}\n${line}`;
    })
    .join('\n');
}

/**
 * The reason on one line, or nothing when commander has already answered (help, version).
 * @param command the one that was asked for, which has a help of its own
 */
function complaint(error: unknown, command: string | undefined): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return undefined;
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  // Words that name no command go to the default one, which takes none.
  const stray =
    error.code === 'commander.excessArguments' ? /: (.*?)\.?$/.exec(text)?.[1] : undefined;
  const help = command === undefined ? 'estrom --help' : `estrom ${command} --help`;
  return `${stray === undefined ? text : `unknown command ${stray}`} (${help} lists everything)`;
}

/**
 * The command line: `estrom [serve]`, `estrom ingest`, `estrom tail`. What the caller has to change is
 * told on one line of standard error, with exit code 2.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = commandLine();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    const reason = complaint(error, program.commands.find((one) => one.name() === argv[2])?.name());
    if (reason === undefined) return;
    process.stderr.write(`estrom: ${reason}\n`);
    process.exitCode = USAGE;
  }
}
