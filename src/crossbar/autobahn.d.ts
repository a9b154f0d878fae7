/** The part of autobahn-js that is used here and in the tests; it comes without types. */
declare module 'autobahn' {
  /** The kind of promise that a session makes for each request. */
  export interface Deferred {
    readonly promise: object;
    resolve(value: unknown): void;
    reject(reason: unknown): void;
  }

  /** What a session writes to. It sets `onmessage` itself. */
  export interface Transport {
    send(message: readonly unknown[]): void;
    close(code?: number, reason?: string): void;
    onmessage: (message: readonly unknown[]) => void;
  }

  export interface Subscription {
    readonly id: number;
    readonly topic: string;
    readonly active: boolean;
  }

  export interface Registration {
    readonly id: number;
    readonly active: boolean;
  }

  export interface Invocation {
    readonly caller?: number;
    readonly caller_authid?: string;
    readonly caller_authrole?: string;
  }

  export interface WampError {
    readonly error: string;
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  }

  export type Challenged = (
    session: Session,
    method: string,
    extra: Readonly<Record<string, unknown>>,
  ) => string;

  export class Session {
    constructor(
      transport: Transport,
      defer: () => Deferred,
      onchallenge?: Challenged,
      onUserError?: (error: unknown, message?: string) => void,
      onInternalError?: (error: unknown, message?: string) => void,
    );
    readonly id: number;
    readonly isOpen: boolean;
    onjoin: (details: Readonly<Record<string, unknown>>) => void;
    onleave: (reason: string, details: Readonly<Record<string, unknown>>) => void;
    join(realm: string, authmethods?: readonly string[], authid?: string): void;
    leave(reason?: string, message?: string): void;
    call(procedure: string, args?: unknown[], kwargs?: object, options?: object): Promise<unknown>;
    subscribe(
      topic: string,
      handler: (args: unknown[], kwargs: object, event: { readonly topic: string }) => void,
      options?: object,
    ): Promise<Subscription>;
    unsubscribe(subscription: Subscription): Promise<boolean>;
    publish(topic: string, args?: unknown[], kwargs?: object, options?: object): Promise<unknown>;
    register(
      procedure: string,
      endpoint: (args: unknown[], kwargs: object, details: Invocation) => unknown,
      options?: object,
    ): Promise<Registration>;
    unregister(registration: Registration): Promise<void>;
  }

  /** Thrown by an endpoint, it is what the caller gets. */
  // biome-ignore lint/suspicious/noShadowRestrictedNames: its name there
  export class Error implements WampError {
    constructor(error: string, args?: readonly unknown[], kwargs?: object);
    readonly error: string;
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  }

  export interface ConnectionOptions {
    readonly url: string;
    readonly realm: string;
    readonly serializers: readonly object[];
    readonly max_retries: number;
    readonly authmethods?: readonly string[];
    readonly authid?: string;
    readonly onchallenge?: (session: Session, method: string) => string;
  }

  export class Connection {
    constructor(options: ConnectionOptions);
    onopen: (session: Session, details: Readonly<Record<string, unknown>>) => void;
    onclose: (
      reason: string,
      details: { readonly reason: string | null; readonly message: string | null },
    ) => boolean;
    open(): void;
    close(): void;
  }

  export const serializer: {
    readonly JSONSerializer: new () => object;
    readonly MsgpackSerializer: new () => object;
  };
}
