import type { Config } from './config.ts';
import { validateIndexName } from './index-name.ts';

/** The settings of this page and where each came from, for the person who wrote it. */
type Origins = Readonly<Record<keyof Config, string>>;

const WEB = ['http:', 'https:'];
const SOCKETS = ['ws:', 'wss:'];
/** Longer than all that estrom puts behind it, such as `-percolator-` and a hash. */
const LONGEST_SUFFIX = 100;

/** Without the names and passwords of URLs, for logs and messages. */
export function withoutPasswords(text: string): string {
  return text.replace(/(^|\/\/|,)[^/?#\s,@]*@/g, '$1***@');
}

function isUrl(text: string, schemes: readonly string[]): boolean {
  const url = URL.parse(text.trim());
  return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
}

/**
 * Whether the other servers that the settings name can be addressed at all.
 * @returns the first mistake, on one line; undefined when there is none
 */
export function addressComplaint(config: Config, origins: Origins): string | undefined {
  const { elasticsearch, elasticsearchPrefix, crossbar, crossbarAuth, crossbarSecret } = config;
  for (const text of elasticsearch === '' ? [] : elasticsearch.split(',')) {
    if (isUrl(text, WEB)) continue;
    return `${origins.elasticsearch} has "${withoutPasswords(text)}", but must be a URL such as http://127.0.0.1:9200, or several with commas between`;
  }
  const problem = validateIndexName(elasticsearchPrefix + '-'.repeat(LONGEST_SUFFIX));
  if (problem !== null) {
    return `${origins.elasticsearchPrefix} is "${elasticsearchPrefix}", with which names of indices begin, but such a name ${problem}`;
  }
  if (crossbar === '') return undefined;
  if (!isUrl(crossbar, SOCKETS)) {
    return `${origins.crossbar} is "${withoutPasswords(crossbar)}", but must be the URL of a WebSocket such as ws://127.0.0.1:8080/backend`;
  }
  if (crossbarAuth !== 'anonymous' && crossbarSecret === '') {
    return `${origins.crossbarAuth} is "${crossbarAuth}", which needs a secret: give it by --crossbar-secret or ESTROM_CROSSBAR_SECRET`;
  }
  return undefined;
}
