import { readFileSync } from 'node:fs';

/** This version of estrom, such as `1.2.0`. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
