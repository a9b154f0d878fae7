import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks. */
const INTERVAL = 1000;

/**
 * Calls `onChange` when one of the files has changed. By looking at them: it also sees files that
 * are replaced by a rename or through a link, as secrets in Kubernetes are.
 * @returns stops it
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  interval = INTERVAL,
): () => void {
  for (const file of files) watchFile(file, { persistent: false, interval }, onChange);
  return () => {
    for (const file of files) unwatchFile(file, onChange);
  };
}
