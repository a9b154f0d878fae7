import { EstromError } from '../errors.ts';
import { mayBlock, type Principal, type Role } from '../principal.ts';
import type { OnSlow } from './outbox.ts';

/**
 * @param what is to be done, for the message
 * @throws EstromError FORBIDDEN
 */
export function needRole({ name, roles }: Principal, role: Role, what: string): void {
  if (roles.has(role)) return;
  throw new EstromError(
    'FORBIDDEN',
    `${what} needs the role ${role}, which "${name}" does not have`,
  );
}

/** @throws EstromError FORBIDDEN */
export function checkOnSlow(caller: Principal, onSlow: OnSlow): void {
  if (onSlow !== 'block' || mayBlock(caller)) return;
  throw new EstromError('FORBIDDEN', 'on_slow=block holds ingest back: the caller may not');
}
