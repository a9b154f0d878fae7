import { randomBytes } from 'node:crypto';
import { digestOf, parseTokens } from '../access/tokens-file.ts';
import { ConfigError } from '../config-load.ts';

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
