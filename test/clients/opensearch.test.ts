import { clientContract } from './contract.ts';
import { javascript } from './programs.ts';

clientContract(javascript('opensearch-js 3', '@opensearch-project/opensearch', 1));
