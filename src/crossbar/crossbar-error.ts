/** What the router, or whoever answers behind it, said no with. */
export class CrossbarError extends Error {
  /** Such as `wamp.error.not_authorized`. */
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;

  constructor(uri: string, args: readonly unknown[] = [], kwargs: object = {}) {
    super(args.length > 0 ? `${uri}: ${args.map(String).join(', ')}` : uri);
    this.name = 'CrossbarError';
    this.uri = uri;
    this.args = args;
    this.kwargs = kwargs as Readonly<Record<string, unknown>>;
  }

  /** autobahn's errors are none of JavaScript's. */
  static from(reason: unknown): Error {
    if (reason instanceof Error) return reason;
    const { error, args, kwargs } = reason as Partial<CrossbarError> & { error?: string };
    if (typeof error !== 'string') return new Error(String(reason));
    return new CrossbarError(error, args ?? [], kwargs ?? {});
  }
}
