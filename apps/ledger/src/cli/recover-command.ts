// derbes recover: a ledger whose database was put back to before its signed log gets the missing events from the files of that log.
import { type Command } from 'commander';
import { resolve } from 'node:path';
import { recover } from '../recover/recover.js';
import { type Recovered } from '../recover/recovering.js';
import { readSettings } from '../settings.js';
import { onOwnMachine } from './own-machine.js';
import { sayLine, type Terminal } from './terminal.js';

const about = `
For a ledger that is halted with LOG_LOCK_AHEAD: its database was restored from an older backup, and more events were signed than it has.
With EVENTSTORE_URL for one that is halted with CLAIMS_BEHIND: the events are in their store, and the database is older; claims alone come
back then, and a store that lacks events needs a newer backup of that server first. Stop every process of the service. It works on the
database that the service's settings name (DATA_DIR, or DATABASE_URL with DATABASE_OWNER_URL), with KEEP_DIR.

Every file is hashed and compared with the tiles, the checkpoint in the keep and the log's key before anything is written. Cut off, it
goes on when it is started again. Claims come from DIR/private, so that what a service repeats is known for a repeat.

With KEY_BACKUP_DIR the keys come back that the service wrote there after the database's moment, so that the people whom the database lost
keep their names here, and values open whose epoch was closed since. Not in the log, and so not back: sealed values, documents and API keys
that are newer than the backup, and keys that KEY_BACKUP_DIR has not. It says how many.

Examples:
  derbes recover --from-tiles
  derbes recover --from-tiles /mirror/log --json

docs/operations/log.md has the steps, and what each code asks for.`;

interface Options {
  readonly fromTiles: string | true;
  readonly withoutClaims?: true;
  readonly json?: true;
}

export function recoverCommand(program: Command, terminal: Terminal): void {
  program
    .command('recover')
    .description('Put events back that the signed log has and the database lost.')
    .requiredOption('--from-tiles [dir]', 'the LOG_DIR or a copy of it (default: LOG_DIR)')
    .option(
      '--without-claims',
      'go on where nothing says what events were made of: repeats of those are recorded again',
    )
    .option('--json', 'print progress and the end as JSON, one object a line')
    .addHelpText('after', about)
    .action(async ({ fromTiles, withoutClaims, json }: Options) => {
      const settings = readSettings(terminal.environment);
      const dir = fromTiles === true ? settings.logDir : resolve(fromTiles);
      const recovered = await onOwnMachine(terminal, json, (progress, log) =>
        recover({ dir, withoutClaims: withoutClaims === true }, settings, progress, log),
      );
      if (json) return sayLine(terminal.stdout, JSON.stringify({ phase: 'done', ...recovered }));
      sayLine(terminal.stdout, sentencesOf(recovered).join('\n'));
    });
}

const keysSentence: Readonly<Record<Recovered['keys'], readonly string[]>> = {
  none: ['KEY_BACKUP_DIR holds no keys, or is not named.'],
  older: ['KEY_BACKUP_DIR holds no newer keys than the database.'],
  replaced: ['The keys are those of KEY_BACKUP_DIR now.'],
};

function sentencesOf({ ledger, side, events, claims, unfinished, size, root, keys, lost }: Recovered): string[] {
  const back = side === 'claims' ? `${claims} claims of ${events} events` : `${events} events and ${claims} claims`;
  return [
    events > 0 ? `Ledger ${ledger}: ${back} are back.` : `Ledger ${ledger}: no event is missing.`,
    `It has the ${size} events that were signed, with the root ${root}.`,
    ...(unfinished > 0 ? [`Of ${unfinished} claims some events had not come into the log, and are lost.`] : []),
    ...keysSentence[keys],
    ...(lost.values > 0
      ? [`${lost.values} sealed values are lost: their ciphertext was in the database that is gone.`]
      : []),
    ...(lost.people > 0
      ? [`${lost.people} people have no key any more: nothing of theirs opens, and no identifier leads to them.`]
      : []),
    ...lost.documents.map((sha256) => `The document ${sha256} is lost: put it back from a backup before you start.`),
    'Start the service now: it takes the events into its log again and goes on.',
  ];
}
