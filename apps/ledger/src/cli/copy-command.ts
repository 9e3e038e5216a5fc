// derbes copy: move a ledger's events between PostgreSQL and EventStoreDB, or a whole ledger into another PostgreSQL.
import { EventStoreError } from '@derbes/event-store';
import { type Command } from 'commander';
import { copyLedger, type Asked, type Done } from '../copy/copy.js';
import { CopyError, type CopyErrorCode } from '../copy/copy-error.js';
import { nameOf } from '../copy/places.js';
import { barProgress, jsonProgress } from '../progress.js';
import { CommandFailed, exitCodes, sayLine, type Terminal } from './terminal.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly grantTo?: string;
  readonly abandon?: true;
  readonly rename?: true;
  readonly json?: true;
}

const about = `
A place is postgresql://… (as the owner of the tables), the path of a DATA_DIR, or esdb://…; @FILE takes it from a file, for every
user of the machine sees a command line. One side is PostgreSQL.

Examples:
  derbes copy --from ./data --to esdb://localhost:2113?tls=false
  derbes copy --from @secrets/eventstore-url --to @secrets/database-owner-url --json
  derbes copy --from ./data --to @secrets/database-owner-url --grant-to ledger_app

Cut off, it goes on when it is started again. At the end every event of both sides is read, hashed and compared; the ledger is
switched only when nothing differs. Writers get 503 from the moment when most is copied until the service runs with its new settings.
docs/operations/moving.md has the steps.`;

/** The command line is wrong, whatever stands where. */
const usageCodes: ReadonlySet<CopyErrorCode> = new Set(['OPTIONS_MALFORMED', 'PLACE_MALFORMED']);

export function copyCommand(program: Command, terminal: Terminal): void {
  program
    .command('copy')
    .description('Move a ledger to another store, resumable and compared event by event; on its own machine.')
    .requiredOption('--from <place>', 'where the ledger is')
    .requiredOption('--to <place>', 'where it shall be')
    .option('--grant-to <role>', 'user as which the service will run on a new database')
    .option('--abandon', 'give up the move that this command line began: the ledger stays where it was')
    .option('--rename', 'the EventStoreDB of --to is the one remembered by --from, under another address')
    .option('--json', 'print progress and the end as JSON, one object a line')
    .addHelpText('after', about)
    .action((options: Options) => copy(terminal, options));
}

async function copy(terminal: Terminal, options: Options): Promise<void> {
  const { stdout, stderr } = terminal;
  const progress = options.json ? jsonProgress(stdout) : barProgress(stderr);
  try {
    const done = await copyLedger(askedOf(options), progress, (line) => sayLine(stderr, line));
    progress.end();
    if (options.json)
      sayLine(stdout, JSON.stringify(typeof done === 'string' ? { phase: done } : { phase: 'done', ...done }));
    else sayLine(stdout, sentenceOf(done));
  } catch (error) {
    progress.end();
    const { code, message } = error as { code?: unknown; message: string };
    if (options.json && typeof code === 'string') {
      const difference = error instanceof CopyError && error.difference ? { difference: error.difference } : {};
      sayLine(stdout, JSON.stringify({ phase: 'failed', code, ...difference }));
    }
    if (error instanceof CopyError) {
      throw new CommandFailed(message, usageCodes.has(error.code) ? exitCodes.usage : exitCodes.refused);
    }
    if (error instanceof EventStoreError) throw new CommandFailed(`${error.code}: ${message}`);
    throw error;
  }
}

function askedOf({ from, to, grantTo, abandon, rename }: Options): Asked {
  if (grantTo !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(grantTo)) {
    throw new CopyError(
      'OPTIONS_MALFORMED',
      '--grant-to must be the name of a role: lower-case letters, digits, underscores',
    );
  }
  if (abandon && rename) throw new CopyError('OPTIONS_MALFORMED', '--abandon and --rename exclude each other');
  const instead = abandon ? 'abandon' : rename ? 'rename' : undefined;
  return {
    from: nameOf('--from', from),
    to: nameOf('--to', to),
    ...(grantTo !== undefined && { grantTo }),
    ...(instead && { instead }),
  };
}

function sentenceOf(done: Done): string {
  switch (done) {
    case 'already':
      return 'Nothing to do: the ledger has moved there already.';
    case 'abandoned':
      return 'The move is given up; the ledger stays where it was.';
    case 'renamed':
      return 'The new address is remembered.';
    default: {
      const { ledger, events, leaves, landed, rows } = done;
      return [
        `Ledger ${ledger}: ${events} events stand on both sides alike.`,
        `SHA-256 over their leaf hashes in order: ${leaves}`,
        ...(landed > 0 ? [`${landed} unfinished claims were landed first.`] : []),
        ...(rows === undefined
          ? []
          : [`${rows} rows of other tables were moved with them; registers are built anew at the next start.`]),
        'Start the service with its new settings now.',
      ].join('\n');
    }
  }
}
