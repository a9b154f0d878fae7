import type { Parameters, PartSettings } from '../part-settings.ts';
import type { TokenStream } from '../token-stream.ts';

/** Changes, adds or leaves out tokens. */
export interface TokenFilter {
  /** The stream may be changed and answered; it is this call's own. */
  filter(stream: TokenStream): TokenStream;
  /** Queries take no notice of how many positions tokens take up: Lucene's DisableGraphAttribute. */
  readonly disablesGraph?: boolean;
}

/** What a filter may need of the chain that it stands in. */
export interface FilterContext {
  /** Filters by their plain settings, as those of a `multiplexer`. */
  readonly filterOf: (settings: PartSettings) => TokenFilter;
  /** What the chain before this filter makes of a rule of synonyms; undefined outside of a chain. */
  readonly before: ((text: string) => TokenStream) | undefined;
}

/** A type of token filters. */
export interface FilterSpec {
  readonly parameters: Parameters;
  /** @param settings with the meaning of each parameter, see `readSettings` */
  build(settings: PartSettings, context: FilterContext): TokenFilter;
  /** Patterns and bounds of queries go through it, and normalizers may have it: with these settings changed. */
  readonly normalizes?: true | (() => PartSettings);
  /** True: it cannot be used by its name alone. */
  readonly needsSettings?: true;
}
