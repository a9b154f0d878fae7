import { EventSource } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { Server } from './tails.ts';

let server: Server;
let source: EventSource;
afterEach(async () => {
  source.close();
  await server.close();
});

/** What a browser's own client gets, and when. */
class Browser {
  readonly numbers: number[] = [];
  readonly gaps: { count: number | null; reason: string }[] = [];
  opened = 0;
  #wake = () => {};

  constructor(source: EventSource) {
    const on = (name: string, take: (data: string) => void) =>
      source.addEventListener(name, (event) => {
        take((event as MessageEvent).data as string);
        this.#wake();
      });
    on('open', () => this.opened++);
    on('hit', (data) => this.numbers.push(JSON.parse(data)._source.n));
    on('gap', (data) => this.gaps.push(JSON.parse(data)._gap));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, k) => k);

async function open(query: string, topicLinger = 60_000): Promise<Browser> {
  server = await new Server({ topicLinger }).listen();
  source = new EventSource(`http://127.0.0.1:${server.port}/api/v0.1/docs${query}`);
  const browser = new Browser(source);
  await browser.until(() => browser.opened === 1);
  return browser;
}

describe('an EventSource', () => {
  it('that is cut in the middle goes on by itself, with every hit once', async () => {
    const browser = await open('?format=sse');
    await server.publishAll(5000, 0, 300);
    await browser.until(() => browser.numbers.length > 500);
    server.cutConnections();
    await server.publishAll(2000, 0, 300);
    await browser.until(() => browser.opened === 2);
    await server.publishAll(1000, 0, 300);
    await browser.until(() => browser.numbers.length >= 7500);
    server.cutConnections();
    await server.publishAll(1000);
    await browser.until(() => browser.numbers.length >= 9000);
    expect(browser.numbers).toEqual(upTo(9000));
    expect([browser.gaps, browser.opened]).toEqual([[], 3]);
  });

  it('that is cut before its first hit misses nothing', async () => {
    const browser = await open('?format=sse');
    // Positions begin behind 0.
    server.pass(0);
    // It takes its position without telling anybody.
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.cutConnections();
    await server.publishAll(10);
    await browser.until(() => browser.numbers.length === 10);
    expect([browser.numbers, browser.gaps]).toEqual([upTo(11).slice(1), []]);
  });

  it('is told of a gap when its topic ended meanwhile, once', async () => {
    const browser = await open('?format=sse', 0);
    await server.publishAll(10);
    await browser.until(() => browser.numbers.length === 10);
    const released = server.queries.nextRelease();
    server.cutConnections();
    await released;
    server.pass(19);
    await browser.until(() => browser.gaps.length === 1);
    await server.publishAll(5);
    await browser.until(() => browser.numbers.length === 15);
    expect(browser.gaps).toEqual([{ count: null, reason: 'inactive', from: 'e1-9', to: 'e1-19' }]);
    expect(browser.numbers.slice(10)).toEqual([20, 21, 22, 23, 24]);
  });
});
