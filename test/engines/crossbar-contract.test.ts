import {
  type BrokerTraits,
  type BrokerUnderTest,
  brokerContract,
} from '../contract/broker-contract.ts';
import { Crossbar } from './crossbar.ts';
import { estromAt } from './crossbar-composed.ts';

const TRAITS: BrokerTraits = {
  shedsForSlow: false,
  endsWithEstrom: false,
  patternRefusal: 'wamp.error.not_authorized',
};

/** Subscribers at a Crossbar.io that asks estrom what they may do. */
async function atCrossbar(crossbarSerializer: string): Promise<BrokerUnderTest> {
  const crossbar = await Crossbar.start({ auth: 'wampcra', subscribers: 'authorized' });
  // What one reader leaves is to be kept: shedding is another test's matter.
  const settings = { crossbarAuth: 'wampcra', crossbarTopicRate: '0', crossbarSerializer };
  let estrom = await estromAt(crossbar, settings);
  return {
    get http() {
      return estrom.url;
    },
    wamp: crossbar.url,
    restart: async () => {
      await estrom.close();
      estrom = await estromAt(crossbar, settings);
    },
    close: async () => {
      await estrom.close();
      await crossbar.stop();
    },
  };
}

brokerContract('Crossbar.io', 'json', () => atCrossbar('json'), TRAITS);
brokerContract('Crossbar.io', 'msgpack', () => atCrossbar('msgpack'), TRAITS);
