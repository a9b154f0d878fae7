/** Why no order would be sent, in the order in which they count. */
export const REASONS = {
  not_active: 'it is not active',
  not_started: 'it has not started yet',
  expired: 'it has expired',
  trigger: 'its trigger does not match the event',
  row_filter_unresolved: 'it is paused: which documents its owner may see is not known',
  document_missing: 'the document of the event is not to be found; give it as [document]',
  filter: 'its filter does not match the document',
  row_filter: 'its owner may not see the document',
};
export type Reason = keyof typeof REASONS;
