/**
 * A segment is one block of flat arrays: built once, never changed but for its live bits, read in
 * place by every worker, and (being free of pointers) saved as it is. The header's words:
 */
export const MAGIC = 0x65737472;
/**
 * Changes with every change of the layout, of the programs, or of what queries are compiled into: saved
 * segments of another format are not used, and their queries compiled again.
 */
export const FORMAT = 13;

export const H_MAGIC = 0;
export const H_FORMAT = 1;
/** Unique while the process lives: tells a reader that a reused place holds another segment. */
export const H_ID = 2;
export const H_BYTES = 3;
export const H_QUERIES = 4;
export const H_TERMS = 5;
export const H_FIELDS = 6;
/** Bit per term class that terms of any field ask for. */
export const H_ANY_CLASSES = 7;
/** Bit per term class that fields ask for. */
export const H_FIELD_CLASSES = 8;
export const H_HAS_WORDS = 9;
/** Slots of the term dictionary, a power of two. */
export const H_SLOTS = 10;
export const H_ALWAYS = 11;
export const H_INDEX_TERMS = 12;
/** Words of guards. */
export const H_GUARDS = 13;
export const H_TERM_BYTES = 14;
export const H_PROGRAM_WORDS = 15;
export const H_CONSTANTS = 16;
export const H_POSTING_WORDS = 17;
export const H_FIELD_BYTES = 18;
export const H_INTERVAL_GROUPS = 19;
export const H_INTERVALS = 20;
export const H_MAXIMA = 21;
export const H_ABSENT_GROUPS = 22;
export const H_ABSENT_WORDS = 23;
export const H_VALUE_TERMS = 24;
/** Some query stands under a part, or its absence: parts are looked for in every document. */
export const H_PART_ANCHORS = 25;
/** Some pattern asks for tokens of any field. */
export const H_ANY_PARTS = 28;
/** Queries that are verified for every document that has their field, or is in their index. */
export const H_WEAK = 29;
/** Some query tells names of its clauses. */
export const H_HAS_NAMES = 30;
/** First of the section offsets, in bytes from the segment's begin. */
export const H_SECTIONS = 32;
/** Bit per length that parts of patterns have, by place: seven words. */
export const H_PART_LENGTHS = 72;
export const HEADER_WORDS = 80;

/** Bounds of ranges, doubles. */
export const S_CONSTANTS = 0;
/** (hash, term + 1) per slot. */
export const S_SLOTS = 1;
export const S_TERM_META = 2;
/** First posting word of each term, and one past the last. */
export const S_POSTING_STARTS = 3;
/** (query << QUERY_SHIFT | flags, required term, ~ of one that must be absent, or guard) per candidate. */
export const S_POSTINGS = 4;
/** Registry ordinal of each query. */
export const S_ORDINALS = 5;
/** First program word of each query, and one past the last. */
export const S_PROGRAM_STARTS = 6;
export const S_PROGRAMS = 7;
/** Queries that no term can find: verified against every document. */
export const S_ALWAYS = 8;
/** Terms that depend on a document's index alone: classes INDEX and MAPPED_TEXT. */
export const S_INDEX_TERMS = 9;
/** (class mask, path hash, byte offset, byte length) per field. */
export const S_FIELDS = 10;
export const S_LIVE = 11;
export const S_TERM_BYTES = 12;
export const S_FIELD_BYTES = 13;
/** Intervals: lower and upper bounds (doubles), maxima over upper bounds, see interval-list.ts. */
export const S_INTERVAL_LOWS = 14;
export const S_INTERVAL_HIGHS = 15;
export const S_MAXIMA = 16;
export const S_INTERVAL_GROUPS = 17;
/** (entry, required) per interval. */
export const S_INTERVAL_ENTRIES = 18;
/** (term, one past its last word in S_ABSENT): queries that match only documents without the term. */
export const S_ABSENT_GROUPS = 19;
export const S_ABSENT = 20;
/** Terms of class HAS_VALUE. */
export const S_VALUE_TERMS = 21;
/** Second conditions that are more than one term, see guards.ts. */
export const S_GUARDS = 22;
export const SECTIONS = 23;

export const FIELD_WORDS = 4;
export const SLOT_PAIR = 2;

/** Posting flags: the required term decides, or the program has to run. */
export const NEEDS_PROGRAM = 1;
/** The query stands in several postings, so a document may meet it twice. */
export const MULTIPLE = 2;
/** It is decided once the query's index expression, its last clause, covers the document's index. */
export const NEEDS_INDEX = 4;
export const QUERY_SHIFT = 3;
