// biome-ignore lint/suspicious/noExplicitAny: answers of the server, whose shapes the tests assert
export type Json = Record<string, any>;

/** What a client of the interface to queries does, over real HTTP. */
export class Client {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body?: string): Promise<{ status: number; body: Json }> {
    const response = await fetch(this.#url + path, { method, ...(body !== undefined && { body }) });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  }

  /** @returns the id */
  async register(query: unknown, more: object = {}): Promise<string> {
    const answer = await this.call(
      'POST',
      '/api/v0.1/queries',
      JSON.stringify({ index: 'docs', query, ...more }),
    );
    if (answer.status !== 201 && answer.status !== 200) throw new Error(JSON.stringify(answer));
    return answer.body['subscription_id'];
  }

  /** @returns the ids, in order */
  async registerMany(queries: readonly string[]): Promise<string[]> {
    const lines = queries.map((query) => JSON.stringify({ index: 'docs', query }));
    const { body } = await this.call('POST', '/api/v0.1/queries/_bulk', `${lines.join('\n')}\n`);
    if (body['errors'] !== false) throw new Error(JSON.stringify(body).slice(0, 1000));
    return body['items'].map((item: { subscription_id: string }) => item.subscription_id);
  }

  delete(id: string) {
    return this.call('DELETE', `/api/v0.1/queries/${id}`);
  }

  async details(id: string): Promise<Json | undefined> {
    const { status, body } = await this.call('GET', `/api/v0.1/queries/${id}`);
    return status === 404 ? undefined : body;
  }

  async total(): Promise<number> {
    return (await this.call('GET', '/api/v0.1/queries?size=1')).body['total'];
  }

  send(document: object) {
    return this.call('POST', '/api/v0.1/docs?i=docs', `${JSON.stringify(document)}\n`);
  }

  /** Ids of the queries that match each document; nothing is published, no field gets a type. */
  async matches(documents: readonly object[]): Promise<string[][]> {
    const request = JSON.stringify({ index: 'docs', documents });
    const { status, body } = await this.call('POST', '/api/v0.1/percolate', request);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body['slots'];
  }

  async metric(name: string): Promise<number> {
    const { body } = await this.call('GET', '/metrics');
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body['text'])?.[1]);
  }
}
