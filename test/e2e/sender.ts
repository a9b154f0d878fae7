import http from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface PostOptions {
  readonly headers?: http.OutgoingHttpHeaders;
  readonly agent?: http.Agent;
}

/** One POST as a shipper makes it: no `User-Agent` unless the headers name one. */
export function post(
  url: string,
  path: string,
  body: string | Buffer,
  { headers = {}, agent }: PostOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, url), {
      method: 'POST',
      agent: agent ?? false,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString(),
        }),
      );
    });
    request.end(body);
  });
}

/** One connection that is used again and again. */
export function keepAlive(): http.Agent {
  return new http.Agent({ keepAlive: true, maxSockets: 1 });
}

const WORDS = 'the quick brown fox jumps over a lazy dog '.repeat(200);

/** A document with its number first, padded with words to `bytes`. @param fields such as `,"a":1` */
export function documentOf(n: number, bytes = 0, fields = ''): string {
  const head = `{"n":${n}${fields}`;
  const pad = bytes - head.length - 14;
  return pad > 0 ? `${head},"message":"${WORDS.slice(0, pad)}"}` : `${head}}`;
}

export function bulkBody(index: string, documents: readonly string[]): string {
  const action = `{"index":{"_index":"${index}"}}\n`;
  return documents.map((document) => `${action}${document}\n`).join('');
}

export function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + k);
}

/** The value of a metric, by its name and labels as they are exposed. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}
