// How is a read model tried on a whole ledger? Invented people in a memory store, with real documents behind their hashes.
import { coded, collected, completeItems, samplePolicy } from '@derbes/domain/testing.js';
import { catalogue } from '@derbes/domain';
import { MemoryEventStore, noStream, type EventStore, type StoredEvent } from '@derbes/event-store';
import { writeEnvelope, type Facts } from '@derbes/kernel';
import { builtInProfile, policyDocument, profileDocument, type Policy } from '@derbes/policy';
import { createHash, randomUUID } from 'node:crypto';
import { firstValueFrom, toArray } from 'rxjs';

export { collected, completeItems };

const text = 'An invented policy, of no one.';
const textHash = createHash('sha256').update(text).digest('hex');

function edition(code: string, change: Partial<Policy> = {}) {
  const policy: Policy = {
    ...samplePolicy,
    ...change,
    edition: {
      ...samplePolicy.edition,
      code,
      texts: [{ language: 'ru', file: 'policy.ru.txt', sha256: textHash }],
    },
  };
  return policyDocument(policy, { ru: text });
}

/** The second edition knows fewer purposes, so that the same facts are judged otherwise by it. */
export const editions = [
  edition('sample-1'),
  edition('sample-2', { purposes: samplePolicy.purposes.filter(({ code }) => code !== 'support') }),
] as const;
/** Adds a purpose and a class of recipients to what the first says. */
export const widerEdition = edition('sample-3', {
  purposes: [...samplePolicy.purposes, ...coded('marketing')],
  recipients: [...samplePolicy.recipients, ...coded('messaging')],
});
export const profile = profileDocument(builtInProfile('kz'));

export const person = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const firstMoment = '2026-11-01T00:00:00Z';
/** The n-th minute of November 2026. */
export const minute = (n: number): string =>
  new Date(Date.parse(firstMoment) + n * 60_000).toISOString().replace('.000', '');

export const publication = (n: 0 | 1, inForce: string): Facts => ({
  document: editions[n].sha256,
  edition: `sample-${n + 1}`,
  inForce,
  assertedBy: 'officer',
  languages: ['ru'],
});

/** Ids of executed erasures that a close may count, and the document that lists them. */
export const countedErasures = [1, 2, 3].map((n) => person(760 + n));
const listBytes = Buffer.from(`${countedErasures.join('\n')}\n`);
export const erasureList = { sha256: createHash('sha256').update(listBytes).digest('hex'), bytes: listBytes };

/** What is said of an event beside its facts; it occurs when it is told unless it says otherwise. */
export interface Said {
  readonly id?: string;
  /** A minute after the last event's, unless several are of one moment. */
  readonly at?: string;
  readonly occurred?: string;
  readonly edition?: string;
}

export interface Telling extends Said {
  readonly stream: string;
  readonly type: string;
  readonly facts: Facts;
}

/** A ledger that facts are told to, one after another, a minute apart. */
export class SampleLedger {
  readonly documents = new Map<string, Uint8Array>(
    [...editions, widerEdition, profile, erasureList].map(({ sha256, bytes }) => [sha256, bytes]),
  );
  readonly documentStore = { get: (sha256: string) => Promise.resolve(this.documents.get(sha256)) };
  /** Of the last event. */
  position = '0';
  private minutes = 0;
  private readonly revisions = new Map<string, number>();

  constructor(readonly store: EventStore = new MemoryEventStore()) {}

  /** Appends one event, after the registration of a subject not told of before; answers its id. */
  async tell({ stream, type, facts, ...said }: Telling): Promise<string> {
    if (stream.startsWith('subject-') && !this.revisions.has(stream)) {
      await this.append(stream, 'SubjectRegistered', { kind: 'person' }, {});
    }
    catalogue.get(type).check(facts);
    return this.append(stream, type, facts, said);
  }

  about(subject: number, type: string, facts: Facts, said: Said = {}): Promise<string> {
    return this.tell({ stream: `subject-${person(subject)}`, type, facts, edition: editions[0].sha256, ...said });
  }

  /** An event of a type that this build does not know, as a newer one could have written it. */
  tellUnknown(stream: string): Promise<string> {
    return this.append(stream, 'SomethingNew', {}, {});
  }

  private async append(stream: string, type: string, facts: Facts, said: Said): Promise<string> {
    const next = minute(this.minutes++);
    const revision = (this.revisions.get(stream) ?? noStream) + 1;
    const { id = randomUUID(), at = next, occurred = at, edition: named } = said;
    const bytes = writeEnvelope({
      v: '1',
      id,
      type,
      stream,
      revision: String(revision),
      at,
      occurred,
      actor: 'emitter',
      facts,
      ...(/^(subject|source)-/.test(stream) && { source: 'urn:example:crm' }),
      ...(named !== undefined && { edition: named }),
    });
    const { position } = await this.store.append(stream, revision - 1, [{ id, type, bytes }]);
    this.revisions.set(stream, revision);
    this.position = position;
    return id;
  }

  /** Everything told so far. */
  events(): Promise<StoredEvent[]> {
    return firstValueFrom(this.store.follow({ until: 'head' }).pipe(toArray()));
  }

  /** Opens it and publishes what judging needs. */
  async begin(): Promise<void> {
    const opened = { ledger: randomUUID(), origin: 'ledger.example/derbes', format: 'derbes.ledger/v1' };
    await this.tell({ stream: 'ledger', type: 'LedgerOpened', facts: opened });
    await this.tell({
      stream: 'policy',
      type: 'ProfilePublished',
      facts: { document: profile.sha256, profile: 'kz', version: '1' },
    });
    await this.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(0, firstMoment) });
    const holder = { holder: 'crm', countries: ['KZ'] };
    await this.tell({ stream: `holder-${person(900)}`, type: 'HolderRegistered', facts: holder });
  }
}
