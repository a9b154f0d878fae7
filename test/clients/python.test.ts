import { clientContract } from './contract.ts';
import { python } from './programs.ts';

clientContract(python('elasticsearch-py 9', 'python-9', {}));
// What the page says of 7.17.
clientContract(python('elasticsearch-py 7.17', 'python-7', { request_timeout: 'timeout' }));
