import type { TestProject } from 'vitest/node';
import { Crossbar } from './crossbar.ts';
import { Elasticsearch } from './elasticsearch.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the server that all suites share; each has indices of its own. */
    elasticsearch: string;
  }
}

/**
 * One Elasticsearch for all suites. `ESTROM_TEST_ELASTICSEARCH` names one that runs already. Suites
 * start routers of their own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await Crossbar.install();
  const running = process.env['ESTROM_TEST_ELASTICSEARCH'];
  const server = running === undefined ? await Elasticsearch.start({ heap: '2g' }) : undefined;
  project.provide('elasticsearch', running ?? server!.url);
  return async () => {
    const code = await server?.stop();
    if (server && code !== 0) throw new Error(`Elasticsearch ended with code ${code}`);
  };
}
