// How is a destruction tried? People with sealed values, a policy with rows of retention, commands carried out on them.
import { Refused, type Facts } from '@derbes/kernel';
import { declared, type Policy } from '@derbes/policy';
import { catalogue, type SubjectEvent } from '../catalogue.js';
import { decideErasure } from '../erasure-decider.js';
import { type ErasureCommand, type ErasureDecision, type OrderErasure } from '../erasure-command.js';
import { demandsOf, type Demand, type Demands, type OtherPart } from '../erasure-demand.js';
import { executionDraft } from '../erasure-execution.js';
import { orderOf, ordersOf } from '../erasure-order.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { type FactDraft, foldOfFamily } from '../record.js';
import { foldRegisters } from '../registers.js';
import { foldSubject, subjectStream, type SubjectFold } from '../subject-fold.js';
import { documents, newId, registered, registerEvents, samplePolicy, Teller } from '../testing.js';
import { sampleSha256 } from '../vocabulary.js';

const label = { ru: 'образец', kk: 'үлгі', en: 'sample' };
const row = { label, declared: 'controller' as const };
const law = { act: '405-VI', article: '10(2)', document: 'papers', confirmed_by: 'counsel' };

/** Rows: confirmed for contracts, confirmed for one holder's tickets, unconfirmed for subscriptions with and without a term. */
const keepingPolicy: Policy = {
  ...samplePolicy,
  edition: { ...samplePolicy.edition, code: 'sample-keeping' },
  retention: {
    ...samplePolicy.retention,
    statutory: [
      {
        code: 'contract-papers',
        ...row,
        ...law,
        categories: ['full-name', 'requisites'],
        relation: 'contract',
        term: 'P5Y',
      },
      {
        code: 'tickets',
        ...row,
        ...law,
        categories: ['phone'],
        holders: ['helpdesk'],
        relation: 'ticket',
        term: 'P1Y',
      },
      { code: 'subscription-papers', ...row, categories: ['email'], relation: 'subscription' },
      { code: 'account-papers', ...row, categories: ['session'], relation: 'account', term: 'P1M' },
    ],
  },
};
export const keepingEdition = sampleSha256('7');
const keepingDeclared = declared(keepingPolicy);

export const keepingOutside = {
  registers: foldRegisters([
    ...registerEvents,
    registered(
      'PolicyPublished',
      {
        document: keepingEdition,
        edition: 'sample-keeping',
        inForce: '2026-02-01T00:00:00Z',
        assertedBy: 'officer',
        languages: ['ru'],
      },
      'policy',
      '2026-02-01T00:00:00Z',
    ),
  ]),
  documents: {
    ...documents,
    policy: (document: string) => (document === keepingEdition ? keepingDeclared : documents.policy(document)),
  },
};

/** A few people, their streams and what is sealed of them. Everything is told a minute after what was told before. */
export class Erasing {
  readonly subject: string;
  parts: PlacedPart[] = [];
  /** What others have in her events, each under a key made for it. */
  others: OtherPart[] = [];
  private readonly tellers = new Map<string, Teller>();
  private minutes = 0;

  constructor(kind: 'person' | 'device' = 'person') {
    this.subject = this.another(kind);
  }

  another(kind: 'person' | 'device' = 'person'): string {
    const subject = newId();
    this.tellers.set(subject, new Teller(subject, keepingEdition));
    this.tell('SubjectRegistered', { kind }, { subject });
    return subject;
  }

  /** `seals`: categories of the values told with it. */
  tell(
    type: SubjectEvent['type'],
    facts: Facts,
    { subject = this.subject, seals = [], occurred, id = newId() }: TellOptions = {},
  ): SubjectEvent {
    const teller = this.tellers.get(subject);
    if (!teller) throw new Error('tell of whom?');
    if (occurred === undefined) this.minutes++;
    const event = teller.tell(type, facts, occurred ?? this.at, { id, at: this.at });
    const owner = subjectStream(subject);
    seals.forEach((category, p) => this.parts.push({ event: event.id, p: String(p), owner, category }));
    return event;
  }

  /** Collected into a holder, with the values. */
  collect(categories: readonly string[], facts: Facts = {}, options: TellOptions = {}): SubjectEvent {
    const told = {
      purposes: ['account'],
      holder: 'crm',
      role: 'private',
      capacity: 'own',
      origin: { kind: 'subject', means: 'web-form' },
      ...facts,
      categories: [...categories],
    };
    return this.tell('DataCollected', told, { seals: categories, ...options });
  }

  /** Uploaded by an organisation's employee, whose name is the value after those told. */
  upload(categories: readonly string[], options: TellOptions = {}): SubjectEvent {
    const event = this.collect(categories, { origin: { kind: 'uploaded' }, capacity: 'operator' }, options);
    this.beside(event, String(categories.length), options.subject);
    return event;
  }

  /** Somebody's own key in an event of hers. */
  beside({ id: event }: { readonly id: string }, p: string, subject = this.subject): void {
    this.others.push({ event, p, owner: `representative-${newId()}`, subject });
  }

  link(scheme: string, category: string, options: TellOptions = {}, facts: Facts = {}): SubjectEvent {
    const told = { scheme, norm: '1', since: options.occurred ?? this.at, ...facts };
    return this.tell('IdentifierLinked', told, { seals: [category], ...options });
  }

  merge(merged: string, survivor = this.subject): void {
    const ground = 'officer-decision';
    this.tell('SubjectsMerged', { part: 'survivor', other: merged, ground }, { subject: survivor });
    this.tell('SubjectsMerged', { part: 'merged', other: survivor, ground }, { subject: merged });
  }

  get at(): string {
    return new Date(Date.parse('2026-11-20T09:00:00Z') + this.minutes * 60_000).toISOString().replace('.000', '');
  }

  /** Lets days pass. */
  wait(days: number): this {
    this.minutes += days * 24 * 60;
    return this;
  }

  get folds(): Map<string, SubjectFold> {
    return new Map([...this.tellers].map(([subject, { events }]) => [subject, foldSubject(events)]));
  }

  events(subject = this.subject): readonly SubjectEvent[] {
    return this.tellers.get(subject)?.events ?? [];
  }

  family(subject = this.subject): SubjectFold {
    return foldOfFamily(subject, this.folds);
  }

  get outside() {
    return { ...keepingOutside, at: this.at, parts: this.parts, others: this.others };
  }

  decide(command: ErasureCommand): ErasureDecision {
    return decideErasure(command, this.folds, { ...this.outside, ids: [newId(), newId(), newId()] });
  }

  /** Decides a minute later and records what was decided. */
  do(command: ErasureCommand): ErasureDecision {
    this.minutes++;
    const decision = this.decide(command);
    decision.drafts.forEach((one) => this.record(one));
    return decision;
  }

  refusal(command: ErasureCommand): string {
    try {
      this.decide(command);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  erase(more: Partial<OrderErasure> = {}): OrderErasure {
    const scope = more.categories ? 'category' : more.parts ? 'value' : 'person';
    return { type: 'OrderErasure', subject: this.subject, scope, ground: 'purpose-reached', ...more };
  }

  hold(more: Facts = {}): string {
    const placed = this.do({ type: 'PlaceHold', subject: this.subject, ground: 'legal-claim', ...more });
    return this.last(placed);
  }

  lift(hold: string): ErasureDecision {
    return this.do({ type: 'LiftHold', subject: this.subject, hold, ground: 'claim-settled' });
  }

  demands(order: string, subject = this.subject): Demands {
    const family = this.family(subject);
    const found = orderOf(family, order);
    return found ? demandsOf(found, family, this.outside) : { demands: [], waits: [] };
  }

  /** Carries out all that is demanded of everybody, as the executor would; returns how many executions it took. */
  execute(subject = this.subject): number {
    let count = 0;
    for (const order of ordersOf(this.family(subject))) {
      for (const demand of this.demands(order.event, subject).demands) {
        this.destroy(demand);
        count++;
      }
    }
    return count;
  }

  names(): string[] {
    return this.parts.map(({ event, p }) => `${event}/${p}`);
  }

  private destroy(demand: Demand): void {
    const owner = subjectStream(demand.owner);
    const goes = (part: PlacedPart) =>
      part.owner === owner && (demand.scope === 'person' || demand.parts.includes(`${part.event}/${part.p}`));
    const gone = this.parts.filter(goes).length;
    this.parts = this.parts.filter((part) => !goes(part));
    this.others = this.others.filter((part) => !(demand.also ?? []).includes(part.owner));
    this.minutes++;
    this.record(executionDraft(demand, { parts: gone, keys: gone + 1, tokens: demand.links.length }, this.at));
  }

  /** What was decided elsewhere. */
  record({ type, facts, stream, id }: FactDraft): void {
    catalogue.get(type).check(facts);
    const subject = stream.slice('subject-'.length);
    this.tell(type as SubjectEvent['type'], facts, {
      subject,
      occurred: this.at,
      ...(id !== undefined && { id }),
    });
  }

  private last({ drafts }: ErasureDecision): string {
    const { stream } = drafts[0] ?? {};
    const events = this.tellers.get((stream ?? '').slice('subject-'.length))?.events ?? [];
    return events.at(-1)?.id ?? '';
  }
}

interface TellOptions {
  readonly subject?: string;
  readonly seals?: readonly string[];
  readonly occurred?: string;
  readonly id?: string;
}
