import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Principal } from '../principal.ts';
import type { AccessControl } from './access-control.ts';
import { type Credential, readCredentials } from './credentials.ts';
import { digestOf, readTokensFile, type TokenEntry } from './tokens-file.ts';

interface Secret {
  readonly digest: Buffer;
  readonly principal: Principal;
}

/** Access by the tokens of a file, which can be read again while serving. */
export class TokenAccess implements AccessControl {
  readonly #file: string;
  readonly #log: Logger;
  /** Blinds the look-up: how long it takes tells nothing about the digests that are known. */
  readonly #key = randomBytes(32);
  #secrets = new Map<string, Secret>();
  #entries = new Map<string, TokenEntry>();
  #names = new Map<string, Principal>();
  readonly #open = new Map<Principal, Set<() => void>>();

  /** @throws ConfigError with file, place and what is wrong */
  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#use(readTokensFile(file));
  }

  authenticate(authorization: string | undefined): Principal {
    if (authorization === undefined || authorization === '') {
      throw new EstromError(
        'UNAUTHENTICATED',
        'missing authentication credentials: send a token, such as Authorization: Bearer TOKEN',
      );
    }
    for (const credential of readCredentials(authorization)) {
      const principal = this.#find(credential);
      if (principal !== null) return principal;
    }
    throw unknownToken();
  }

  authenticateToken(token: string, name: string | null): Principal {
    const principal = this.#find({ name, token });
    if (principal === null) throw unknownToken();
    return principal;
  }

  named(name: string): Principal | undefined {
    return this.#names.get(name);
  }

  whileAllowed(caller: Principal, cut: () => void): () => void {
    let cuts = this.#open.get(caller);
    if (cuts === undefined) {
      cuts = new Set();
      this.#open.set(caller, cuts);
    }
    cuts.add(cut);
    return () => {
      cuts.delete(cut);
      if (cuts.size === 0 && this.#open.get(caller) === cuts) this.#open.delete(caller);
    };
  }

  /** Reads the file again. A bad one changes nothing, and the log says why. */
  reload(): void {
    let entries: TokenEntry[];
    try {
      entries = readTokensFile(this.#file);
    } catch (error) {
      const reason = (error as Error).message;
      this.#log.error({ reason }, 'the tokens are as they were: the file cannot be used');
      return;
    }
    this.#use(entries);
    this.#log.info({ file: this.#file, tokens: entries.length }, 'tokens read again');
  }

  #use(entries: readonly TokenEntry[]): void {
    const kept = new Map<string, TokenEntry>();
    const secrets = new Map<string, Secret>();
    for (const read of entries) {
      // The same object for the same entry: what it has open stays open.
      const known = this.#entries.get(read.fingerprint) ?? read;
      kept.set(known.fingerprint, known);
      for (const digest of known.digests) {
        secrets.set(this.#blind(digest), { digest, principal: known.principal });
      }
    }
    for (const { principal, isPlain } of entries) {
      if (!isPlain) continue;
      this.#log.warn({ token: principal.name }, 'the tokens file holds a plain token: use sha256');
    }
    const gone = [...this.#entries.values()].filter((entry) => !kept.has(entry.fingerprint));
    this.#entries = kept;
    this.#secrets = secrets;
    this.#names = new Map([...kept.values()].map(({ principal }) => [principal.name, principal]));
    for (const { principal } of gone) this.#cutAll(principal);
  }

  #cutAll(principal: Principal): void {
    const cuts = this.#open.get(principal);
    if (cuts === undefined) return;
    this.#open.delete(principal);
    this.#log.info(
      { token: principal.name, open: cuts.size },
      'token changed: cut what it had open',
    );
    for (const cut of cuts) cut();
  }

  #find({ name, token }: Credential): Principal | null {
    const digest = digestOf(token);
    const found = this.#secrets.get(this.#blind(digest));
    if (found === undefined || !timingSafeEqual(found.digest, digest)) return null;
    return name === null || name === found.principal.name ? found.principal : null;
  }

  #blind(digest: Buffer): string {
    return createHmac('sha256', this.#key).update(digest).digest('base64');
  }
}

function unknownToken(): EstromError {
  return new EstromError(
    'UNAUTHENTICATED',
    "unable to authenticate: the token is not known here, or is another name's",
  );
}
