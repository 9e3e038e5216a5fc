// How is something recorded of which the law forbids to tell? Sealed whole, in a stream of its own, as one claim like every command.
import {
  decideRestricted,
  foldRestricted,
  restrictedCategory,
  restrictedPrefix,
  restrictedRole,
  withheldRestricted,
  type RestrictedEntry,
  type RestrictedOf,
  type RestrictedState,
  type SubjectFold,
  type Withheld,
} from '@derbes/domain';
import { Refused, type JsonValue } from '@derbes/kernel';
import { VaultError } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { familyAround } from '../erasure/person-stream.js';
import { placesOf } from '../erasure/places.js';
import { type Asked } from '../keys/asked.js';
import { type RestrictedReads } from '../read/ask.js';
import { type Done } from '../write/commands.js';
import { ownerOfSubject } from '../write/resolving.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type Writers } from '../write/writers.js';

/** An entry as its recorder says it; who that is, is added here. */
export type Said<E = RestrictedEntry> = E extends RestrictedEntry ? Omit<E, 'by'> : never;

interface Person {
  readonly family: SubjectFold;
  readonly members: readonly string[];
}

interface Recorded extends Done {
  readonly entry: string;
  readonly withheld?: readonly Withheld[];
}

export class RestrictedWriter {
  constructor(private readonly writers: Writers) {}

  /** Throws what `decideRestricted` refuses, ClaimBusy and the store's errors. */
  record(asked: Asked, content: JsonValue, said: Said): Promise<Recorded> {
    const { commands, restricted } = this.writers;
    const event = randomUUID();
    const stream = `${restrictedPrefix}${randomUUID()}`;
    const entry = { ...said, by: asked.by.key };
    return commands.write<Omit<Recorded, 'status'>>({
      asked,
      content,
      actor: restrictedRole,
      decide: async (at) => {
        const state = foldRestricted(await restricted.all());
        const person = await this.personIn(entry, state, at);
        decideRestricted(entry, state, {
          ...this.writers.registers.outside,
          at,
          ids: [],
          parts: (await Promise.all(person?.members.map((one) => this.partsOf(one)) ?? [])).flat(),
          ...(person && { family: person.family }),
          ...(entry.kind === 'gone' && { lost: await restricted.lost() }),
        });
        const draft = { id: event, type: 'RestrictedRecorded', stream, facts: {}, occurred: at };
        return {
          drafts: [{ ...draft, seals: [{ category: restrictedCategory, value: 0 }] }],
          values: [sealed(() => restricted.seal({ stream, event }, entry))],
          ...(entry.kind === 'lift' && { result: { withheld: withheldOf(entry, state, person) } }),
        };
      },
      result: { entry: event },
    });
  }

  /** A read is recorded before its answer leaves; nothing of it stands in a stream of reads. */
  async read(asked: Asked, read: Said<RestrictedOf<'read'>>): Promise<void> {
    const { by, request } = asked;
    await this.record({ by, request }, { read: randomUUID() }, read);
  }

  private async personIn(entry: RestrictedEntry, { holds }: RestrictedState, at: string): Promise<Person | undefined> {
    const lifted = entry.kind === 'lift' ? holds.get(entry.hold)?.subject : undefined;
    const subject = 'subject' in entry ? entry.subject : lifted;
    if (subject === undefined) return undefined;
    const { fold, members } = await familyAround(this.writers.erasures.streams(), subject, wholeSeconds(at));
    return { family: fold, members };
  }

  private partsOf(subject: string) {
    return placesOf(this.writers.vault, ownerOfSubject(subject));
  }
}

/** People that one read names; of more it says how many. */
const readSubjectsMax = 100;

/** Where questions of which the law forbids to tell are recorded. */
export const restrictedReads =
  (writers: Writers): RestrictedReads =>
  ({ question, asked }, subjects) =>
    new RestrictedWriter(writers).read(asked, {
      kind: 'read',
      question,
      ...(asked.reason && { reason: asked.reason }),
      ...(asked.restricted?.demand !== undefined && { demand: asked.restricted.demand }),
      subjects: subjects.slice(0, readSubjectsMax),
      count: String(subjects.length),
    });

function withheldOf(
  { hold }: RestrictedOf<'lift'>,
  { holds }: RestrictedState,
  person: Person | undefined,
): readonly Withheld[] {
  const placed = holds.get(hold);
  return placed && person ? withheldRestricted(person.family, placed) : [];
}

/** Every form fits; what only its escapes make too long does not. */
function sealed(seal: () => string): string {
  try {
    return seal();
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'VALUE_TOO_LONG') throw error;
    throw new Refused('TOO_MUCH_AT_ONCE', 'a restricted record holds less text');
  }
}
