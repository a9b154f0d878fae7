import type { Format } from '../formats.ts';
import { gapJson } from '../gap.ts';
import { frameHead, TEXT_FRAME } from './frame-head.ts';

/** One hit or gap record a text message, as whole WebSocket frames that all tails share. */
export const MESSAGE_FORMAT: Format = {
  name: 'websocket',
  contentType: 'application/json',
  separator: 0,
  after: '',
  heartbeat: '',
  closing: '',
  opening: () => '',
  before: (_hit, _epoch, _ordinal, length) => frameHead(TEXT_FRAME, length),
  gap: (gap, epoch) => {
    const body = gapJson(gap, epoch);
    return `${frameHead(TEXT_FRAME, body.length)}${body}`;
  },
};
