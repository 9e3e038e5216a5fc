// What does the close of an epoch ask of the log? Whether a checkpoint covers it, and a signature over what became of each key.
import { formatKeyDestroyed, parseNote, signNote, type KeyDestroyedText } from '@derbes/transparency';
import { LogTrouble, type LogHaltCode } from '@derbes/transparency/files.js';
import { HeadTable, type SigningKeys } from '@derbes/transparency/sequencing.js';
import { VaultError, type Published } from '@derbes/vault';
import { type Pool } from 'pg';
import { haltOf } from '../sequencing/halted.js';
import { type LogKeys } from '../sequencing/log-keys.js';

export class EpochLog {
  private readonly heads: HeadTable;
  private origin: string | undefined;
  /** Looked for last: whoever waits looks often, and the ledger's own stream is long. */
  private lookedFor: string | undefined;

  constructor(
    private readonly app: Pool,
    private readonly keys: LogKeys,
    private readonly clock: () => Date,
  ) {
    this.heads = new HeadTable(app);
  }

  /** How far the log is with an event. Throws VaultError LOG_KEY_MISSING: what cannot be signed for must not be destroyed. */
  async published(event: string): Promise<Published> {
    const stopped = this.lookedFor === event ? undefined : await this.haltedUnderKey();
    if (stopped === undefined) this.lookedFor = event;
    const [halt, head, leaf] = await Promise.all([this.heads.halted(), this.heads.read(), this.leafOf(event)]);
    const halted = stopped ?? halt?.code;
    const origin = await this.originOf();
    const byWitnesses = parseNames(head?.note).some((name) => name !== origin);
    return {
      ...(leaf !== undefined && { needed: leaf + 1 }),
      size: head?.publishedSize ?? 0,
      witnesses: head?.belowQuorum === true ? 'below-quorum' : byWitnesses ? 'cosigned' : 'none',
      ...(halted !== undefined && { halted }),
    };
  }

  /** C2SP signed note by the keys that sign the log now. */
  async attest(said: Omit<KeyDestroyedText, 'origin'>): Promise<string> {
    const text = formatKeyDestroyed({ ...said, origin: await this.originOf() });
    return signNote(text, (await this.signing()).signers(this.clock()));
  }

  /** Making the log's first key is an event, which a halted log takes as little as any other: a reason to wait, and no fault. */
  private async haltedUnderKey(): Promise<LogHaltCode | undefined> {
    try {
      await this.signing();
      return undefined;
    } catch (error) {
      const halted = haltOf(error);
      if (halted === undefined) throw error;
      return halted;
    }
  }

  private async signing(): Promise<SigningKeys> {
    try {
      return await this.keys.load();
    } catch (error) {
      if (error instanceof LogTrouble) throw new VaultError(error.code, error.message);
      throw error;
    }
  }

  private async originOf(): Promise<string> {
    return (this.origin ??= await this.keys.origin());
  }

  private async leafOf(event: string): Promise<number | undefined> {
    const { rows } = await this.app.query<{ index: string }>('select index from log_leaf where id = $1', [event]);
    return rows[0] && Number(rows[0].index);
  }
}

/** Of whoever signed a note. */
const parseNames = (note: string | undefined): string[] =>
  note === undefined ? [] : parseNote(note).signatures.map(({ name }) => name);
