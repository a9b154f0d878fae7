import { clientContract } from './contract.ts';
import { openTelemetry } from './programs.ts';

clientContract(openTelemetry);
