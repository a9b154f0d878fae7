import type { Consumer, GroupAssignment } from '@platformatic/kafka';
import { kafkaLibrary } from './client-library.ts';
import type { Membership } from './committer.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

/** Milliseconds. */
const SESSION = 10_000;

export interface MemberOptions {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeout?: number;
}

/** What the group has given to a member, and as whom. */
export interface Given {
  readonly membership: Membership;
  readonly assignments: readonly GroupAssignment[];
}

export interface MemberEvents {
  /** The group has given out its partitions, whoever had them before. */
  readonly onAssigned: (given: Given) => void;
  /** This member cannot go on: make another one. */
  readonly onLost: (error: Error) => void;
}

/**
 * A member of the group once its `joinGroup` has resolved; closing it ends that as well. From its heartbeats it
 * knows when it has to join again; it does not commit.
 */
export function makeMember(options: MemberOptions, events: MemberEvents): Consumer {
  const { settings, groupId, topics, sessionTimeout = SESSION } = options;
  const library = kafkaLibrary();
  const member = new library.Consumer({
    ...clientOptions(settings, 'estrom'),
    groupId,
    sessionTimeout,
    // A member that stopped is noticed when its session is over, so nobody waits longer for it.
    rebalanceTimeout: sessionTimeout,
    heartbeatInterval: Math.min(3000, Math.ceil(sessionTimeout / 5)),
    // Longer than any session: the group has given it up.
    heartbeatStallTimeout: sessionTimeout * 3,
    autocommit: false,
  });
  member.on('consumer:group:join', ({ memberId, generationId = -1, assignments = [] }) => {
    events.onAssigned({ membership: { memberId, generationId }, assignments });
  });
  member.on('consumer:heartbeat:stalled', ({ lastError }) => {
    events.onLost(lastError ?? new Error('the group does not answer'));
  });
  // Unlike what the types say, the library emits it when it could not join again.
  (member as unknown as NodeJS.EventEmitter).on('error', events.onLost);
  for (const topic of topics) member.topics.track(topic);
  return member;
}
