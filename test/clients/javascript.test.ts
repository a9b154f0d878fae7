import { clientContract } from './contract.ts';
import { javascript } from './programs.ts';

clientContract(javascript('elasticsearch-js 9', 'es9'));
clientContract(javascript('elasticsearch-js 8', '@elastic/elasticsearch'));
