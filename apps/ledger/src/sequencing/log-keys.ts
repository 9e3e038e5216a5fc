// Which keys sign the log: how does the first come about, how does a new one follow it, and when is the old one destroyed?
import { Refused } from '@derbes/kernel';
import { SigningKeys, vkeyOf, type AddedKey, type SigningSecrets } from '@derbes/transparency/sequencing.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type LedgerStream } from './ledger-stream.js';

export interface LogKeysParts {
  readonly stream: LedgerStream;
  readonly secrets: SigningSecrets;
  readonly clock: () => Date;
}

export class LogKeys {
  constructor(private readonly parts: LogKeysParts) {}

  /** The log's origin, for ever. */
  async origin(): Promise<string> {
    for await (const event of this.parts.stream.read()) if (event.type === 'LedgerOpened') return event.facts.origin;
    throw new Error('a ledger without its first event');
  }

  /** By number. */
  async added(): Promise<AddedKey[]> {
    const added: AddedKey[] = [];
    for await (const event of this.parts.stream.read()) {
      if (event.type !== 'SigningKeyAdded') continue;
      const { number, vkey, overlap } = event.facts;
      added.push({ number: Number(number), vkey, ...(overlap !== undefined && { overlapUntil: new Date(overlap) }) });
    }
    return added;
  }

  /** For the sequencer; makes the first key where there is none. Throws LogTrouble LOG_KEY_MISSING and what the keep throws. */
  async load(): Promise<SigningKeys> {
    if ((await this.added()).length === 0) await this.add(1);
    return SigningKeys.load(await this.added(), this.parts.secrets, this.parts.clock());
  }

  /** A new key signs from now on, the one before with it until then. Throws Refused LOG_KEY_OVERLAP while two sign already. */
  async rotate(overlapUntil: Date): Promise<AddedKey> {
    const { clock } = this.parts;
    const standing = await this.added();
    const newest = standing.at(-1);
    if (!newest) throw new Refused('LOG_KEY_OVERLAP', 'the first key of the log is not there yet: the worker makes it');
    if (newest.overlapUntil !== undefined && newest.overlapUntil > clock()) {
      throw new Refused(
        'LOG_KEY_OVERLAP',
        `the key before signs as well until ${newest.overlapUntil.toISOString()}; after that a new one can follow`,
      );
    }
    await this.add(newest.number + 1, overlapUntil);
    const added = (await this.added()).at(-1);
    if (!added) throw new Error('the key that was just added is not there');
    return added;
  }

  /** For the active worker, now and then: destroys keys whose overlap has ended. Answers their numbers. */
  async tend(): Promise<number[]> {
    const { secrets, clock } = this.parts;
    const added = await this.added();
    const destroyed: number[] = [];
    for (const [i, { number }] of added.entries()) {
      const until = added[i + 1]?.overlapUntil;
      if (until === undefined || until > clock()) continue;
      const standing = await secrets.read(number);
      standing?.fill(0);
      if (!standing) continue;
      await secrets.destroy(number);
      destroyed.push(number);
    }
    return destroyed;
  }

  private async add(number: number, overlapUntil?: Date): Promise<void> {
    const { stream, secrets } = this.parts;
    const seed = await secrets.make(number);
    const vkey = vkeyOf(await this.origin(), seed);
    seed.fill(0);
    const overlap = overlapUntil && wholeSeconds(overlapUntil.toISOString());
    const facts = { number: String(number), vkey, ...(overlap !== undefined && { overlap }) };
    await stream.write('SigningKeyAdded', facts, [String(number)]);
  }
}
