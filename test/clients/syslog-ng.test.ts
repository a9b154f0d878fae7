import { clientContract } from './contract.ts';
import { syslogNg } from './syslog-ng.ts';

clientContract(syslogNg);
