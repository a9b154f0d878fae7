import net from 'node:net';

const PARALLEL = 200;
/** End of a hit in NDJSON: a document's brace, the hit's, and the line's end. */
const HIT_END = Buffer.from('}}\n');

export interface CrowdTailOptions {
  /** Count hits; otherwise bytes only, which costs a client of a thousand tails next to nothing. */
  readonly counts?: boolean;
  readonly onData?: (part: Buffer) => void;
}

/** A tail on a bare socket that keeps nothing of what it reads. */
export class CrowdTail {
  hits = 0;
  /** Bytes of what is inside of HTTP's chunks. */
  payload = 0;
  /** Of the chunk under way, its end included. */
  #missing = 0;
  #size = '';
  /** The end of the response's body has come. */
  isEnded = false;
  readonly #socket: net.Socket;
  /** The last bytes of a part: a hit's end may be cut in two. */
  #seam = '';

  private constructor(socket: net.Socket) {
    this.#socket = socket;
  }

  /** Resolves when the response's head is there: the tail is subscribed. */
  static open(url: string, query: string, options: CrowdTailOptions = {}): Promise<CrowdTail> {
    const { counts = true, onData } = options;
    return new Promise((resolve, reject) => {
      let head = '';
      let isOpen = false;
      const onPart = (length: number, buffer: Uint8Array) => {
        const part = (buffer as Buffer).subarray(0, length);
        if (isOpen) {
          tail.#take(part, counts);
          onData?.(part);
          return true;
        }
        head += part.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        if (!head.startsWith('HTTP/1.1 200 ')) reject(new Error(head));
        isOpen = true;
        tail.#take(Buffer.from(head.slice(end + 4), 'latin1'), counts);
        resolve(tail);
        return true;
      };
      const socket = net.connect({
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        // One buffer for all: a part is looked at before the next one comes.
        onread: { buffer: shared, callback: onPart },
      });
      const tail = new CrowdTail(socket);
      socket.once('error', reject);
      socket.once('end', () => {
        tail.isEnded = true;
      });
      socket.write(`GET /api/v0.1/docs?format=ndjson&${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #unwrap(part: Buffer): void {
    let at = 0;
    while (at < part.length) {
      if (this.#missing > 0) {
        const step = Math.min(this.#missing, part.length - at);
        this.#missing -= step;
        at += step;
        continue;
      }
      const end = part.indexOf(0x0a, at);
      if (end < 0) {
        this.#size += part.toString('latin1', at);
        return;
      }
      const size = Number.parseInt(this.#size + part.toString('latin1', at, end), 16);
      this.#size = '';
      this.payload += size;
      this.#missing = size + 2;
      at = end + 1;
    }
  }

  #take(part: Buffer, counts: boolean): void {
    this.#unwrap(part);
    if (!counts) return;
    if (this.#seam !== '') {
      const joint = this.#seam + part.toString('latin1', 0, 2);
      if (joint.includes('}}\n')) this.hits++;
    }
    for (let at = part.indexOf(HIT_END); at >= 0; at = part.indexOf(HIT_END, at + 3)) this.hits++;
    const tail = part.length >= 2 ? part.toString('latin1', part.length - 2) : '';
    // Only what may be the beginning of an end is kept.
    this.#seam = tail.endsWith('}}') ? tail : tail.endsWith('}') ? '}' : '';
  }
}

const shared = Buffer.allocUnsafeSlow(256 * 1024);

/** Many tails at once. @param queryOf the query string of tail k */
export async function openCrowd(
  url: string,
  count: number,
  queryOf: (k: number) => string,
  options: CrowdTailOptions = {},
): Promise<CrowdTail[]> {
  const tails: CrowdTail[] = [];
  for (let from = 0; from < count; from += PARALLEL) {
    const ks = Array.from({ length: Math.min(PARALLEL, count - from) }, (_, k) => from + k);
    tails.push(...(await Promise.all(ks.map((k) => CrowdTail.open(url, queryOf(k), options)))));
  }
  return tails;
}

/** @throws Error when it does not become true in time */
export async function until(what: string, condition: () => boolean, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Values of a server's metrics by name, summed over labels. */
export async function readMetrics(url: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return (name) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
