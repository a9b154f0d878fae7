/** A secret that a request brought, and the name that it must belong to if one was given. */
export interface Credential {
  readonly name: string | null;
  readonly token: string;
}

/**
 * The secrets that an `Authorization` header may mean, the likelier one first; none when it has no
 * form that is known. `Bearer` and `ApiKey` bring the token itself, `Basic` the name and the token,
 * and `ApiKey` also what Elasticsearch's clients make: the base64 of `name:token`.
 */
export function readCredentials(authorization: string): readonly Credential[] {
  const [, scheme, value] = /^(\w+) +([^\s]+) *$/.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [{ name: null, token: value }];
    case 'basic':
      return pair(value);
    case 'apikey':
      return [{ name: null, token: value }, ...pair(value)];
    default:
      return [];
  }
}

function pair(base64: string): Credential[] {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [] : [{ name: text.slice(0, colon), token: text.slice(colon + 1) }];
}
