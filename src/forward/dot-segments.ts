import { EstromError } from '../errors.ts';

/**
 * Refuses what would leave the path of Elasticsearch's URL: a proxy before it may resolve `..`, also an
 * escaped one, and other paths of it are not for those who may only use this one.
 * @param path without the query
 * @throws EstromError BAD_REQUEST
 */
export function refuseDotSegments(path: string): void {
  const plain = path.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/');
  if (!plain.split(/[/\\]/).some((part) => part === '..' || part === '.')) return;
  throw new EstromError(
    'BAD_REQUEST',
    `the path ${path} has a segment of dots, which could leave the path of --elasticsearch: send it without`,
  );
}
