/** What clients are told of the one node that this is to them. */
export const CLUSTER = 'estrom';
export const NODE_NAME = 'estrom';
/** The version of Elasticsearch that clients are told: high enough for Beats 8, known to every client library. */
export const VERSION = '8.17.0';
