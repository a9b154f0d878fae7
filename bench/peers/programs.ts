import { join } from 'node:path';
import type { Program } from './program.ts';

/** A program with the settings among which its best one is looked for. */
export interface Peer extends Program {
  /** @param queries how many of them there are: with a million, registering takes minutes */
  settings(queries: number): readonly string[];
  /** What it can't say of the logs' queries; absent where it can say all. */
  readonly cannot?: string;
}

const MANY = 500_000;

const luceneMonitor: Peer = {
  name: 'Lucene Monitor 9.11.1',
  folder: 'lucene-monitor',
  build: [['mvn', '--quiet', '--batch-mode', '-Dstyle.color=never', 'package']],
  command: (home) => [
    'java',
    '-Xmx8g',
    '-XX:+UseParallelGC',
    '-cp',
    `${join(home, 'target/peer.jar')}:${join(home, 'target/lib/*')}`,
    'estrom.peer.Peer',
  ],
  settings: (queries) =>
    queries < MANY
      ? [
          // The fastest of earlier runs first.
          'multipass-2',
          'term-filtered-rarest',
          'multipass-2-rarest',
          'multipass-4',
          'term-filtered',
        ]
      : ['term-filtered-rarest'],
};

const mokaccino: Peer = {
  name: 'mokaccino 0.9.1',
  folder: 'mokaccino',
  build: [['cargo', 'build', '--release', '--quiet']],
  command: (home) => [join(home, 'target/release/peer')],
  settings: () => ['1', '2', '3', '2+optimized'],
  cannot: 'phrases, patterns inside of a word',
};

const perq: Peer = {
  name: 'perq 0.2.1',
  folder: 'perq',
  build: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/python', '-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'],
  ],
  command: (home) => [join(home, 'venv/bin/python'), join(home, 'peer.py')],
  settings: () => ['memory'],
  cannot: 'phrases, patterns, exclusions',
};

export const PROGRAMS: readonly Peer[] = [luceneMonitor, mokaccino, perq];
