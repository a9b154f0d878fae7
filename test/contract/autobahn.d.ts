/** The part of autobahn-js that the tests use; it comes without types. */
declare module 'autobahn' {
  export interface Subscription {
    readonly id: number;
    readonly topic: string;
  }

  export interface WampError {
    readonly error: string;
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  }

  export interface Session {
    readonly id: number;
    call(procedure: string, args?: unknown[], kwargs?: object, options?: object): Promise<unknown>;
    subscribe(
      topic: string,
      handler: (args: unknown[]) => void,
      options?: object,
    ): Promise<Subscription>;
    unsubscribe(subscription: Subscription): Promise<boolean>;
    publish(topic: string, args?: unknown[], kwargs?: object, options?: object): Promise<unknown>;
    register(procedure: string, endpoint: () => unknown): Promise<unknown>;
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
