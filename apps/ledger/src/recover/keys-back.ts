// How do the keys come back that the service wrote to KEY_BACKUP_DIR since the database's own moment? Whole, where they are the newer ones.
import {
  backedUpAside,
  holdsKeyBackup,
  openKeep,
  proveKeyBackup,
  replaceKeys,
  VaultError,
  type Keep,
} from '@derbes/vault';
import { type PoolClient } from 'pg';
import { dropUnknownOwners } from '../backup/restored-keys.js';
import { keepPlaceOf } from '../keep-place.js';
import { type Settings } from '../settings.js';
import { controllerOwner } from '../write/opening.js';
import { RecoverError } from './recover-error.js';

/**
 * `older`: what the database has is as new. `none`: no KEY_BACKUP_DIR is named, or nothing stands in it. `replaced`: the backup's keys
 * stand, all of them.
 */
export type KeysBackState = 'none' | 'older' | 'replaced';

export class KeysBack {
  private constructor(
    private readonly dir: string,
    private readonly keep: Keep,
  ) {}

  /** Proves the files before anything is written; undefined where there are none. Throws RECOVER_KEYS_WRONG, and what a keep throws. */
  static async open(settings: Settings, ledger: string): Promise<KeysBack | undefined> {
    const { keyBackupDir: dir } = settings;
    if (dir === undefined || !(await holdsKeyBackup(dir))) return undefined;
    const keep = await openKeep(keepPlaceOf(settings), ledger);
    try {
      await proveKeyBackup(dir, keep);
    } catch (cause) {
      if (!(cause instanceof VaultError)) throw cause;
      throw new RecoverError(
        'RECOVER_KEYS_WRONG',
        `${cause.message}. Name a copy of KEY_BACKUP_DIR that can be relied on, or none: then keys newer than the database are lost. ` +
          'Nothing was put back',
        { cause },
      );
    }
    return new KeysBack(dir, keep);
  }

  /** Before the first `note`. */
  async begin(session: PoolClient): Promise<void> {
    await session.query('create temp table known_subject (stream text collate "C" not null, erased boolean not null)');
  }

  /** Streams that have events: owners of keys that no event knows go, as in a restore. */
  async note(session: PoolClient, events: readonly { readonly stream: string }[]): Promise<void> {
    const streams = [...new Set(events.map(({ stream }) => stream))];
    await session.query('insert into known_subject select s, false from unnest($1::text[]) s', [streams]);
  }

  async noteRows(session: PoolClient): Promise<void> {
    await this.begin(session);
    await session.query('insert into known_subject select distinct stream_id, false from ledger_event');
  }

  /** `known`: how many events the log of this database had taken in; its own keys go that far, and a second further. */
  async put(session: PoolClient, known: number): Promise<KeysBackState> {
    await session.query('begin');
    try {
      // The tables beside the real ones go with this transaction.
      const newer = await this.areNewer(session, known);
      await session.query('rollback');
      if (!newer) return 'older';
      await session.query('begin');
      await replaceKeys(session, this.dir, this.keep);
      await session.query('analyze key_owner');
      await dropUnknownOwners(session, controllerOwner(this.keep.ledger));
      await session.query('commit');
      return 'replaced';
    } catch (error) {
      await session.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /**
   * Of an epoch that the database had not opened, or with keys of a later event than it has any of. Both are whole states of one
   * ledger, so the later one has all that the earlier one has but for what was destroyed, which the journal knows.
   */
  private async areNewer(session: PoolClient, known: number): Promise<boolean> {
    await backedUpAside(session, this.dir, this.keep);
    const { rows } = await session.query<{ newer: boolean }>(
      `with behind as materialized (select event_id, position from ledger_event where position > $1),
       reached as (
         select
           (select coalesce(max(position), 0) from behind b where exists (
              select from pg_temp.part_key k where k.event = b.event_id)) as backup,
           (select coalesce(max(position), 0) from behind b where exists (
              select from public.part_key k where k.event = b.event_id)) as standing,
           (select max(epoch) from pg_temp.epoch where state = 'open') as backup_epoch,
           (select max(epoch) from public.epoch where state = 'open') as standing_epoch
       )
       select backup_epoch > standing_epoch or (backup_epoch = standing_epoch and backup > standing) as newer from reached`,
      [known],
    );
    return rows[0]?.newer === true;
  }
}
