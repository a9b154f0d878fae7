import { clientContract } from './contract.ts';
import { elasticdump } from './programs.ts';

clientContract(elasticdump);
