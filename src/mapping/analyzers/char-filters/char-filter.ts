import type { Parameters, PartSettings } from '../part-settings.ts';
import type { Filtered } from './filtered.ts';

/** Changes a text before it is cut into tokens. */
export interface CharFilter {
  filter(text: string): Filtered;
}

/** A type of char filters. */
export interface CharFilterSpec {
  readonly parameters: Parameters;
  /** @param settings with the meaning of each parameter, see `readSettings` */
  build(settings: PartSettings): CharFilter;
  /** True: patterns and bounds of queries go through it, and normalizers may have it. */
  readonly normalizes?: true;
  /** True: it cannot be used by its name alone. */
  readonly needsSettings?: true;
}
