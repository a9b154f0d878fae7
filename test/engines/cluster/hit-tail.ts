/** A tail that counts what comes, by `_id`. */
export class HitTail {
  readonly #counts = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly gaps: unknown[] = [];
  readonly #ended: Promise<void>;

  private constructor(response: Response) {
    this.#ended = this.#read(response).catch(() => {});
  }

  /** Resolves when its opening has come. */
  static async open(url: string, search: Record<string, string>): Promise<HitTail> {
    const query = new URLSearchParams({ format: 'ndjson', ...search });
    const response = await fetch(`${url}/api/v0.1/docs?${query}`);
    if (!response.ok) throw new Error(await response.text());
    return new HitTail(response);
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#counts.keys());
  }

  /** Hits beyond the first of each document. */
  get duplicates(): number {
    let duplicates = 0;
    for (const count of this.#counts.values()) duplicates += count - 1;
    return duplicates;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #read(response: Response): Promise<void> {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    this.#abort.signal.addEventListener('abort', () => void reader.cancel());
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== '') this.#take(JSON.parse(line));
    }
  }

  #take({ _id, _gap }: { _id?: string; _gap?: unknown }): void {
    if (_gap !== undefined) this.gaps.push(_gap);
    if (_id !== undefined) this.#counts.set(_id, (this.#counts.get(_id) ?? 0) + 1);
  }
}
