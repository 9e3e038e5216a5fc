// With which settings and environment does the embedded server run?

/** Connections an ordinary server takes, and a test server, where every test file of every worker has its own pools. */
const connectionsMax = 50;
const throwawayConnectionsMax = 200;

/** The port only names the socket file; nothing listens on it. */
export const socketPort = 5432;

/**
 * Given on the command line, so that no edited file in the data directory can open a port or print a statement.
 * No statement, parameter or value may reach the log: `log_min_messages=log` leaves out errors, whose first line
 * quotes values (`invalid input syntax for type uuid: "…"`), and `terse` the DETAIL and STATEMENT lines of the rest.
 */
const always: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: String(socketPort),
  shared_buffers: '128MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_statement: 'none',
  log_duration: 'off',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_lock_waits: 'off',
  log_checkpoints: 'off',
  log_connections: '',
  log_disconnections: 'off',
  debug_print_parse: 'off',
  debug_print_rewritten: 'off',
  debug_print_plan: 'off',
};

/** A server whose data nobody will miss may lose it all in a power cut. */
const throwawayOnly: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** `more`: settings in the place of these. */
export function serverArguments(
  clusterDir: string,
  socketDir: string,
  throwaway: boolean,
  more: Readonly<Record<string, string>> = {},
): string[] {
  const settings: Record<string, string> = {
    ...always,
    unix_socket_directories: socketDir,
    max_connections: String(throwaway ? throwawayConnectionsMax : connectionsMax),
    ...(throwaway ? throwawayOnly : {}),
    ...more,
  };
  return ['-D', clusterDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Explicit, because without LANG initdb would choose SQL_ASCII, and because "C.UTF-8" of PostgreSQL sorts alike on every system. */
export function initdbArguments(dir: string, superuser: string, throwaway: boolean): string[] {
  return [
    ...['-D', dir, '-U', superuser, '--auth-local=trust', '--auth-host=reject'],
    ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--data-checksums', '--no-instructions', ...(throwaway ? ['--no-sync'] : [])],
  ];
}

/** Nothing of ours is passed on: PG*, LANG or a password in our environment would change the server or lie open in its own. */
export function serverEnvironment(libraryPath: string | undefined): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath, DYLD_LIBRARY_PATH: libraryPath }),
  };
}
