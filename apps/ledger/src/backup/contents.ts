// What belongs into a backup, and on which side: with the events and sealed values, or with the keys that open them?

/** The key store. Kept apart from the values that it opens: who has one side alone has nobody's data. */
export const keyTables = [
  'epoch',
  'epoch_close',
  'key_gone',
  'key_owner',
  'lookup',
  'lookup_past',
  'part_key',
  'token_fence',
] as const;

/** Everything else that cannot be made anew: outcomes for repeats, sealed values, documents, hashes of API keys. */
export const ledgerTables = [
  'api_key',
  'claim',
  'claim_event',
  'claim_reserved',
  'clock_notice',
  'document',
  'erasure_order',
  'erasure_given',
  'opening',
  'outbox',
  'part',
  'register_index',
  'source_stream',
  'spreading_fact',
] as const;

/**
 * What a restored database makes itself: events are kept as their exact bytes beside the tables, registers and the log are built anew from
 * them, how far the keep's journal had been carried out stands in the manifest, and the rest says how and where this one database stands.
 */
export const tablesOfTheDatabase = [
  'claim_gap',
  'erasure_journal',
  'ledger_event',
  'ledger_store',
  'log_halt',
  'log_head',
  'log_leaf',
  'read_model',
  'rebuild_job',
  'register_stream',
  'schema_migration',
  'schema_migration_lock',
] as const;

/** Counts transactions of the server that wrote the row; another begins to count anew. */
export const columnOfServer = 'changed';

/** Has rows before a ledger begins: they are replaced. */
export const seededTables: readonly string[] = ['register_index'];

export const eventsFile = 'events.jsonl';
export const fileOf = (table: string): string => `${table}.jsonl`;
