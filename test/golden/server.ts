/** An answer's body, as far as it says why something failed. */
export interface Failure {
  readonly error?: {
    readonly type: string;
    readonly reason: string;
    readonly root_cause?: readonly { readonly reason: string }[];
    readonly failed_shards?: readonly { readonly reason: { readonly reason: string } }[];
  };
}

/** Asks a running Elasticsearch; what it refuses is data. */
export class ElasticsearchServer {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async ask<T>(method: string, path: string, body = ''): Promise<T & Failure> {
    const response = await fetch(`${this.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    return (await response.json()) as T & Failure;
  }

  /** Answers to one query after the other: one that cannot be read fails a whole `_msearch`. */
  async search<T>(index: string, bodies: readonly string[], filter = ''): Promise<(T & Failure)[]> {
    const { responses } = await this.ask<{ responses?: (T & Failure)[] }>(
      'POST',
      `${index}/_msearch${filter && `?filter_path=error,${filter.replaceAll(/[^,]+/g, 'responses.$&')}`}`,
      bodies.map((body) => `{}\n${body}\n`).join(''),
    );
    if (responses) return responses;
    const single: (T & Failure)[] = [];
    for (const body of bodies) single.push(await this.ask<T>('POST', `${index}/_search`, body));
    return single;
  }
}

/** The first line of the reason, without what differs from run to run. */
export function reasonOf({ error }: Failure, index: string): string {
  const reason =
    error?.failed_shards?.[0]?.reason.reason ?? error?.root_cause?.[0]?.reason ?? error?.reason;
  const [line] = (reason ?? 'unknown').split('\n');
  const place = new RegExp(`^\\[?${index}[^\\]]*\\] ?`);
  return line!.replace(place, '');
}
