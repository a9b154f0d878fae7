import { EstromError } from '../../errors.ts';
import type { TrialChain } from './trial-chain.ts';

/** A token as `_analyze` shows it. */
export interface TriedToken {
  readonly token: string;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly type: string;
  readonly position: number;
  /** Where it is more than one. */
  readonly positionLength?: number;
}

/**
 * What a chain makes of texts, each behind the other.
 * @throws EstromError BAD_REQUEST for more tokens than `most`
 */
export function triedTokens(
  { chain, gap }: TrialChain,
  texts: readonly string[],
  most: number,
): TriedToken[] {
  const tried: TriedToken[] = [];
  let position = -1;
  let offset = 0;
  for (const text of texts) {
    const { tokens, rest, end } = chain.stream(text);
    if (tried.length + tokens.length > most) throw tooMany(most);
    for (const { text: token, increment, length, start, end: behind, type } of tokens) {
      position += increment;
      tried.push({
        token,
        start_offset: offset + start,
        end_offset: offset + behind,
        type,
        position,
        ...(length > 1 ? { positionLength: length } : {}),
      });
    }
    position += rest + gap;
    offset += end + 1;
  }
  return tried;
}

function tooMany(most: number): EstromError {
  return new EstromError(
    'BAD_REQUEST',
    `The number of tokens produced by calling _analyze has exceeded the allowed maximum of [${most}]. This limit can be set by changing the [index.analyze.max_token_count] index level setting.`,
  );
}
