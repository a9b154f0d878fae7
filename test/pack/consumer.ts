// A program that uses the published package: type-checked and run where only the package is installed.
import { type Config, createLogger, type Estrom, loadConfig, startEstrom } from 'estrom';

const config: Config = loadConfig({ port: '0', workers: '1', logLevel: 'warn' }, {}).config;
const server: Estrom = await startEstrom(config, createLogger(config.logLevel));
const answer = await fetch(`${server.url}/healthz`);
await server.close();
process.stdout.write(`${answer.status} ${process.version}\n`);
process.exit(0);
