import type { Parameters, PartSettings } from '../part-settings.ts';
import type { TokenStream } from '../token-stream.ts';

/** Cuts a text into tokens. */
export interface Tokenizer {
  /** @param stream is empty; its tokens get offsets in this text, see `chain.ts` for what char filters moved */
  tokenize(text: string, stream: TokenStream): void;
}

/** A type of tokenizers. */
export interface TokenizerSpec {
  readonly parameters: Parameters;
  /** @param settings with the meaning of each parameter, see `readSettings` */
  build(settings: PartSettings): Tokenizer;
}
