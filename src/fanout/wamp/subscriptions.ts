import type { QueryId } from '../../document.ts';
import type { Principal } from '../../principal.ts';
import { INVALID_ARGUMENT, Refusal } from '../../wamp/refusal.ts';
import type { SerializerName } from '../../wamp/serializers.ts';
import { checkOnSlow, needRole } from '../caller-roles.ts';
import { type OrderTopics, orderTopic, subscriptionOfTopic } from '../order-topics.ts';
import { ON_SLOW, type OnSlow } from '../outbox.ts';
import { POSITION_FORM, type Position, parsePosition } from '../position.ts';
import type { QuerySource, Watched } from '../query-source.ts';
import type { DisconnectReason } from '../subscriber.ts';
import { FIRST_UNKEPT } from '../topic.ts';
import type { Connection } from '../websocket/connection.ts';
import { Feed } from '../websocket/feed.ts';
import { EVENT_FORMATS, subscriptionId } from './event-format.ts';
import type { Dict } from './messages.ts';

const TOPIC_PREFIX = 'docs-for-';
const MAX_SUBSCRIPTIONS = 1000;

interface Held {
  readonly feed: Feed;
  readonly watched: Watched;
}

/** What topics there are. */
export interface TopicSources {
  readonly queries: QuerySource;
  /** Absent where no orders are published. */
  readonly orders?: Pick<OrderTopics, 'watch'>;
}

/** What one session is subscribed to, by subscription id. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #serializer: SerializerName;
  readonly #sources: TopicSources;
  readonly #end: (reason: DisconnectReason) => Promise<void>;
  readonly #held = new Map<number, Held>();
  /** Those whose query is being asked for elsewhere. */
  #coming = 0;
  #isClosed = false;

  /** @param end ends the session */
  constructor(
    connection: Connection,
    serializer: SerializerName,
    sources: TopicSources,
    end: (reason: DisconnectReason) => Promise<void>,
  ) {
    this.#connection = connection;
    this.#serializer = serializer;
    this.#sources = sources;
    this.#end = end;
  }

  /**
   * Every later match comes as an EVENT. Subscribing again changes nothing, as WAMP has it.
   * At once where the queries are here.
   * @param confirm sends the confirmation, ahead of all events
   * @throws Refusal or EstromError
   */
  subscribe(
    topic: string,
    options: Dict,
    caller: Principal,
    confirm: (id: number) => void,
  ): void | Promise<void> {
    const read = readOptions(options);
    const watched = this.#watch(topic, read, caller);
    if (!(watched instanceof Promise)) {
      this.#open(watched, read, confirm);
      return;
    }
    this.#coming++;
    return watched
      .finally(() => {
        this.#coming--;
      })
      .then((one) => this.#open(one, read, confirm));
  }

  #watch(topic: string, options: Options, caller: Principal): Watched | Promise<Watched> {
    const { queries, orders } = this.#sources;
    const subscription = orders === undefined ? undefined : subscriptionOfTopic(topic);
    if (subscription !== undefined) {
      checkOrderOptions(topic, options);
      return orders!.watch(subscription, caller, () => this.#connection.cut('revoked'));
    }
    const id = queryIdOf(topic, orders !== undefined);
    needRole(caller, 'tail', 'to subscribe');
    checkOnSlow(caller, options.onSlow);
    return queries.watchId(id, caller);
  }

  #open(watched: Watched, { onSlow, after }: Options, confirm: (id: number) => void): void {
    const id = subscriptionId(watched.ordinal);
    if (this.#isClosed) {
      watched.release();
      return;
    }
    if (this.#held.has(id)) {
      watched.release();
      confirm(id);
      return;
    }
    try {
      this.#checkRoom();
      const feed = new Feed(this.#connection, watched.ordinal, {
        format: EVENT_FORMATS[this.#serializer],
        onSlow,
        after,
        isSpared: watched.ordinal >= FIRST_UNKEPT,
        limit: Number.POSITIVE_INFINITY,
        onLimit: () => {},
        onEnd: this.#end,
      });
      feed.open();
      this.#held.set(id, { feed, watched });
      confirm(id);
      feed.start();
      watched.opened?.();
    } catch (error) {
      watched.release();
      throw error;
    }
  }

  /** No EVENT comes any more, not even one that waits. @throws Refusal */
  unsubscribe(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) {
      throw new Refusal('wamp.error.no_such_subscription', `there is no subscription ${id}`);
    }
    this.#held.delete(id);
    held.feed.close('client');
    held.watched.release();
  }

  /** The connection is gone. */
  close(): void {
    this.#isClosed = true;
    for (const { watched } of this.#held.values()) watched.release();
    this.#held.clear();
  }

  #checkRoom(): void {
    if (this.#held.size + this.#coming < MAX_SUBSCRIPTIONS) return;
    throw new Refusal(
      'estrom.error.subscription_limit',
      `a session has at most ${MAX_SUBSCRIPTIONS} subscriptions: open another session`,
    );
  }
}

function queryIdOf(topic: string, hasOrders: boolean): QueryId {
  if (topic.startsWith(TOPIC_PREFIX)) return topic.slice(TOPIC_PREFIX.length);
  const others = hasOrders ? ` and ${orderTopic('<UUID of a subscription>')}` : '';
  throw new Refusal(
    'wamp.error.no_such_topic',
    `there is no topic "${topic.slice(0, 100)}": topics are ${TOPIC_PREFIX}<id of a query>${others}`,
  );
}

/** Orders that nobody has heard yet are delivered as soon as somebody listens, and wait for those who are slow. */
function checkOrderOptions(topic: string, { onSlow, after }: Options): void {
  if (onSlow === 'drop' && after === null) return;
  throw new Refusal(
    INVALID_ARGUMENT,
    `${topic} is subscribed to without [x_on_slow] and [x_after]`,
  );
}

interface Options {
  readonly onSlow: OnSlow;
  readonly after: Position | null;
}

/** @throws Refusal */
function readOptions({ match, x_on_slow: onSlow, x_after: after }: Dict): Options {
  if (match !== undefined && match !== null && match !== 'exact') {
    throw new Refusal(
      'wamp.error.option_not_allowed',
      'topics are subscribed to one by one: [match] has to be "exact"',
    );
  }
  return {
    onSlow: onSlow === undefined || onSlow === null ? 'drop' : readPolicy(onSlow),
    after: after === undefined || after === null ? null : readPosition(after),
  };
}

function readPolicy(given: unknown): OnSlow {
  const policy = ON_SLOW.find((one) => one === given);
  if (policy !== undefined) return policy;
  const text = `option [x_on_slow] has to be one of [${ON_SLOW.join('], [')}]`;
  throw new Refusal(INVALID_ARGUMENT, text);
}

function readPosition(given: unknown): Position {
  const position = typeof given === 'string' ? parsePosition(given) : undefined;
  if (position !== undefined) return position;
  throw new Refusal(INVALID_ARGUMENT, `option [x_after] has to be ${POSITION_FORM}`);
}
