import { brokerContract } from '../../contract/broker-contract.ts';
import { composed } from './composed.ts';

brokerContract('the embedded broker', 'json', composed);
brokerContract('the embedded broker', 'msgpack', composed);
