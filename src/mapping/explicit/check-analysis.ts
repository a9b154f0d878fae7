import { EstromError } from '../../errors.ts';
import { IndexAnalysis } from './index-analysis.ts';
import type { Json } from './json.ts';

/**
 * Refuses analyzers, and parts of them, that Elasticsearch refuses. What it has and estrom has not is taken.
 * @param settings what is below `index`, nested
 * @throws EstromError BAD_REQUEST with Elasticsearch's reason
 */
export function checkAnalysis(settings: Json): void {
  for (const check of new IndexAnalysis(settings).checks) {
    try {
      check();
    } catch (error) {
      if (!(error instanceof EstromError) || error.code === 'BAD_REQUEST') throw error;
    }
  }
}
