import { clientContract } from './contract.ts';
import { javascript } from './programs.ts';

clientContract(javascript('elasticsearch-js 9', '@elastic/elasticsearch'));
clientContract(javascript('elasticsearch-js 8', 'es8'));
