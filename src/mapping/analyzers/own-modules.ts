import { createRequire } from 'node:module';
import { extname } from 'node:path';

const require = createRequire(import.meta.url);

/** Emitted code stands beside `.js` files. */
const extension = extname(import.meta.filename);

/**
 * A file of this folder that only few need: loaded when it is asked for, and kept.
 * @param path without the extension, such as `stemmers/french-light`
 */
export function ownModule(path: string): Readonly<Record<string, unknown>> {
  return require(`./${path}${extension}`) as Readonly<Record<string, unknown>>;
}
