import { afterAll, inject } from 'vitest';
import { engineContract } from '../contract/engine-contract.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';

const url = inject('elasticsearch');
const prefix = `contract-${process.pid}`;

afterAll(() => sweep(url, `${prefix}-*`));

engineContract('elasticsearch', async () => new ElasticsearchNode({ url, prefix }));
