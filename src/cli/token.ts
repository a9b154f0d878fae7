import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { digestOf, parseTokens } from '../access/tokens-file.ts';
import { ConfigError } from '../config-load.ts';

/** `estrom token NAME --roles …`: the entry on standard output, the token on standard error. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('make a random token, and the entry for the file that --tokens names')
    .argument('<name>', 'who it is for; shown in logs')
    .requiredOption('--roles <names>', 'comma separated: ingest, tail, register, admin, metrics')
    .option('--index <names>', 'the only indices that it may write to and see (logs-*,events)')
    .option('--filter <query>', 'query that every document it sees must match')
    .action((name: string, { roles, ...bounds }: { roles: string }) => {
      const { token, entry } = makeToken({ name, roles: roles.split(','), ...bounds });
      process.stdout.write(entry);
      process.stderr.write(`token (shown only now): ${token}\n`);
    });
}

/** 256 bits: nobody guesses it, so one fast hash is enough in the file. */
const TOKEN_BYTES = 32;

export interface TokenRequest {
  readonly name: string;
  readonly roles: readonly string[];
  readonly index?: string | undefined;
  readonly filter?: string | undefined;
}

export interface MadeToken {
  /** For the caller; it is kept nowhere. */
  readonly token: string;
  /** For the tokens file: YAML lines. */
  readonly entry: string;
}

/**
 * Makes a random token and its entry.
 * @throws ConfigError when the tokens file would not take the entry
 */
export function makeToken({ name, roles, index, filter }: TokenRequest): MadeToken {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const lines = [
    `- name: ${JSON.stringify(name)}`,
    `  sha256: ${digestOf(token).toString('hex')}`,
    `  roles: [${roles.join(', ')}]`,
    ...(index === undefined ? [] : [`  index: ${JSON.stringify(index)}`]),
    ...(filter === undefined ? [] : [`  filter: ${JSON.stringify(filter)}`]),
  ];
  const entry = `${lines.join('\n')}\n`;
  check(entry);
  return { token, entry };
}

function check(entry: string): void {
  try {
    parseTokens(entry, '');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // There is no file yet, so its name and place would only puzzle.
    throw new ConfigError(error.message.replace(/^the tokens file , line \d+, \[0\]\.?/, 'token '));
  }
}
