/**
 * A member of a consumer group in a process of its own: `member.ts HOSTS GROUP TOPIC`. Says `<partition>/<offset>.` a line
 * for each record that it has made durable, and `assigned <count>` when the group gives partitions out.
 */
import { writeSync } from 'node:fs';
import { ConsumerGroup } from '../../../src/kafka/consumer-group.ts';
import { createLogger } from '../../../src/log.ts';
import { settingsOf } from './topics.ts';

const [hosts = '', groupId = '', topic = ''] = process.argv.slice(2);
let assigned = -1;

const group = new ConsumerGroup({
  settings: settingsOf(hosts),
  ...{ groupId, topics: [topic], from: 'earliest', maxBytes: 256 * 1024, sessionTimeout: 3000 },
  sink: async (records) => {
    // Written at once: what was said is durable, even when the process is killed.
    writeSync(1, records.map(({ partition, offset }) => `${partition}/${offset}.\n`).join(''));
    return [];
  },
  deadLetters: { keep: () => Promise.reject(new Error('there is no poison')) },
  log: createLogger('silent'),
});
group.start();
const watch = setInterval(() => {
  if (group.assigned === assigned) return;
  assigned = group.assigned;
  writeSync(1, `assigned ${assigned}\n`);
}, 20);
process.once('SIGTERM', () => {
  clearInterval(watch);
  void group.close();
});
