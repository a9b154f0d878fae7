import { createHmac, pbkdf2Sync } from 'node:crypto';
import type { Challenged } from 'autobahn';
import type { Config } from '../config.ts';

export type Credentials = Pick<Config, 'crossbarAuth' | 'crossbarAuthid' | 'crossbarSecret'>;

/**
 * Answers the router's challenge: with the ticket, or with the challenge signed by the secret
 * (WAMP-CRA), which may be salted.
 * @throws Error for a challenge of another kind
 */
export function answerChallenge({ crossbarSecret }: Credentials): Challenged {
  return (_session, method, extra) => {
    if (method === 'ticket') return crossbarSecret;
    if (method !== 'wampcra') throw new Error(`there is no answer to a challenge by ${method}`);
    const { challenge, salt, iterations, keylen } = extra;
    let key = crossbarSecret;
    if (typeof salt === 'string' && salt !== '') {
      const derived = pbkdf2Sync(
        key,
        salt,
        Number(iterations ?? 1000),
        Number(keylen ?? 32),
        'sha256',
      );
      key = derived.toString('base64');
    }
    return createHmac('sha256', key).update(String(challenge)).digest('base64');
  };
}
