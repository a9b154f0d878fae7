import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { residentBytes } from '../../e2e/resident-memory.ts';

const MIB = 1024 * 1024;
const STEP = 200;
const WIDTH = 640;
const HEIGHT = 160;

interface Sample {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly bytes: number;
}

/** A process's resident memory over time, with marks for what was done to it. */
export class MemoryCurve {
  readonly #pid: number;
  readonly #began = performance.now();
  readonly #samples: Sample[] = [];
  readonly #marks: { at: number; text: string }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), STEP);
  }

  /** From now on, `text` is what happens. */
  mark(text: string): void {
    this.#sample();
    this.#marks.push({ at: performance.now() - this.#began, text });
  }

  /** Most bytes from a mark on, until the next one. */
  most(text: string): number {
    const k = this.#marks.findIndex((mark) => mark.text === text);
    const from = this.#marks[k]?.at ?? 0;
    const to = this.#marks[k + 1]?.at ?? Number.POSITIVE_INFINITY;
    return Math.max(
      ...this.#samples.filter(({ at }) => at >= from && at <= to).map(({ bytes }) => bytes),
    );
  }

  /** Ends it. @returns a line for people: `MiB at each mark's end, and the most` */
  stop(): string {
    this.#sample();
    clearInterval(this.#timer);
    const phases = this.#marks.map(
      ({ text }) => `${text} ≤ ${(this.most(text) / MIB).toFixed(0)} MiB`,
    );
    return phases.join(', ');
  }

  /** Writes the curve as a picture. */
  draw(file: string, title: string): void {
    const end = this.#samples.at(-1)!.at;
    const top = Math.ceil(Math.max(...this.#samples.map(({ bytes }) => bytes)) / MIB / 50) * 50;
    const x = (at: number) => (40 + (at / end) * (WIDTH - 50)).toFixed(1);
    const y = (bytes: number) => (HEIGHT - 20 - (bytes / MIB / top) * (HEIGHT - 50)).toFixed(1);
    const points = this.#samples.map(({ at, bytes }) => `${x(at)},${y(bytes)}`).join(' ');
    const marks = this.#marks.map(
      ({ at, text }) =>
        `<line x1="${x(at)}" x2="${x(at)}" y1="30" y2="${HEIGHT - 20}" stroke="#bbb"/>` +
        `<text x="${x(at)}" y="${HEIGHT - 6}">${text}</text>`,
    );
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="10">` +
      `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/><text x="40" y="16" font-size="12">${title}</text>` +
      `<text x="2" y="34">${top} MiB</text><text x="2" y="${HEIGHT - 20}">0</text>${marks.join('')}` +
      `<polyline points="${points}" fill="none" stroke="#06c" stroke-width="1.5"/></svg>\n`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, svg);
  }

  #sample(): void {
    try {
      this.#samples.push({
        at: performance.now() - this.#began,
        bytes: residentBytes(this.#pid),
      });
    } catch {
      // The process has been killed: its curve ends here.
    }
  }
}
