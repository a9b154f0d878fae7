import { clientContract } from './contract.ts';
import { go } from './programs.ts';

clientContract(go);
