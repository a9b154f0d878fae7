import type { Metrics } from '../../metrics.ts';
import { SERIALIZER_NAMES, type SerializerName } from '../../wamp/serializers.ts';

/** What WAMP sessions do besides getting events: plain fields that are read at scrape time. */
export class WampStats {
  readonly sessions: Record<SerializerName, number> = { json: 0, msgpack: 0 };
  messagesIn = 0;
  messagesOut = 0;
  refused = 0;
  protocolErrors = 0;

  constructor(metrics: Metrics) {
    metrics.gaugeBy(
      'estrom_wamp_sessions',
      'Live WAMP sessions',
      'serializer',
      SERIALIZER_NAMES,
      (name) => this.sessions[name],
    );
    metrics.observedCounter(
      'estrom_wamp_messages_received_total',
      'Messages that WAMP clients sent',
      () => this.messagesIn,
    );
    metrics.observedCounter(
      'estrom_wamp_messages_sent_total',
      'Messages sent to WAMP clients, events not counted',
      () => this.messagesOut,
    );
    metrics.observedCounter(
      'estrom_wamp_refused_total',
      'Requests of WAMP clients that were refused',
      () => this.refused,
    );
    metrics.observedCounter(
      'estrom_wamp_protocol_errors_total',
      'WAMP sessions and WebSockets that ended because their client broke the protocol',
      () => this.protocolErrors,
    );
  }
}
