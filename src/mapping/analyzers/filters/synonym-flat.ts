import type { StreamToken, TokenStream } from '../token-stream.ts';
import type { SynonymMap, SynonymMatch } from './synonym-map.ts';

/** A word of a synonym that waits for the token over which it stands. */
interface Waiting {
  readonly text: string;
  /** Where it ends; undefined: where that token does. */
  readonly end: number | undefined;
  readonly length: number;
}

type Waitings = Map<number, Waiting[]>;

/** Each word of a synonym stands over one token, though others may stand there too, or behind the last. */
export function pushFlat(stream: TokenStream, map: SynonymMap): void {
  const tokens = stream.take();
  const waiting: Waitings = new Map();
  for (let at = 0; at < tokens.length; ) {
    const match = map.longest(tokens, at);
    if (match !== undefined) wait(waiting, at, match, tokens);
    const stays = match === undefined || match.keeps;
    for (const behind = at + (match?.count ?? 1); at < behind; at += 1) {
      if (stays) stream.push(tokens[at]!);
      pushWaiting(stream, waiting, at, tokens[at]!, stays);
    }
  }
  const last = tokens.at(-1);
  for (let at = tokens.length; last !== undefined && waiting.has(at); at += 1) {
    const own = waiting.get(at)!.map(({ text }) => ({ text, end: last.end, length: 1 }));
    waiting.set(at, own);
    pushWaiting(stream, waiting, at, last, false);
  }
}

function wait(
  waiting: Waitings,
  first: number,
  { outputs, keeps, count }: SynonymMatch,
  tokens: readonly StreamToken[],
): void {
  for (const words of outputs) {
    const isSingle = words.length === 1;
    words.forEach((text, n) => {
      const at = first + n;
      const own: Waiting = {
        text,
        end: isSingle ? tokens[first + count - 1]!.end : undefined,
        length: isSingle && keeps ? count : 1,
      };
      if (!waiting.get(at)?.push(own)) waiting.set(at, [own]);
    });
  }
}

/** @param isThere whether the token stays before them */
function pushWaiting(
  stream: TokenStream,
  waiting: Waitings,
  at: number,
  token: StreamToken,
  isThere: boolean,
): void {
  const own = waiting.get(at);
  if (own === undefined) return;
  waiting.delete(at);
  own.forEach(({ text, end, length }, n) => {
    stream.push(
      synonymToken(text, {
        increment: n > 0 || isThere ? 0 : 1,
        length,
        start: token.start,
        end: end ?? token.end,
      }),
    );
  });
}

type Place = Pick<StreamToken, 'increment' | 'length' | 'start' | 'end'>;

export function synonymToken(text: string, place: Place): StreamToken {
  return { text, ...place, type: 'SYNONYM', keyword: false };
}
