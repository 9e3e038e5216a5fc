// Does the example day, told to the rules in memory, raise every finding there is, and tell what the README says it tells?
import {
  catalogue,
  emptyFold,
  emptyRegisters,
  evolveRegisters,
  evolveSubject,
  findingCodes,
  foldsNeeded,
  judgeLedger,
  judgeSubject,
  policyDecider,
  recipientDecider,
  recordFact,
  type Finding,
  type Named,
  type Outside,
  type RegisterEvent,
  type Registers as StandingRegisters,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { type Draft, type Recorded } from '@derbes/kernel';
import { builtInProfile, declared, loadPolicy, type DeclaredPolicy } from '@derbes/policy';
import { looksPersonal, normalise } from '@derbes/vault';
import { checkOf } from '../http/form/check.js';
import { factForms, isFactType } from '../http/facts/types.js';
import { translate } from '../write/translate.js';
import { dayAt, readExample, registersAt, type DayEvent } from './example-files.js';

const base = '2026-11-20T16:00:00Z';
/** When the demo tells it all. */
const told = base;
const day = dayAt(base);

/** The ledger's rules with maps for store and vault: what the write path does, without sealing and without waiting. */
class MemoryLedger {
  readonly folds = new Map<string, SubjectFold>();
  readonly events: Recorded[] = [];
  private readonly holders = new Map<string, string>();
  private readonly organisations = new Map<string, string>();
  /** Events by `source id` and type, and ids promised to facts not yet told. */
  private readonly claims = new Map<string, Recorded[]>();
  private readonly revisions = new Map<string, number>();
  private registers: StandingRegisters = emptyRegisters;
  readonly policy: DeclaredPolicy;
  private count = 0;

  constructor() {
    const { policy, holders, recipients, suspensions } = registersAt(base);
    const loaded = loadPolicy(readExample(policy.file), { texts: { ru: readExample(policy.texts['ru'] ?? '') } });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
    this.policy = declared(loaded.policy);
    const { inForce, assertedBy } = policy;
    const edition = { document: loaded.document.sha256, edition: 'kiberon-1', inForce, assertedBy, languages: ['ru'] };
    const profile = { document: 'f'.repeat(64), profile: 'kz', version: '1' };
    this.command(policyDecider.decide({ type: 'PublishProfile', ...profile }, this.registers, { at: told }));
    this.command(policyDecider.decide({ type: 'PublishPolicy', ...edition }, this.registers, { at: told }));
    for (const body of [...holders, ...recipients, ...suspensions]) {
      const type = 'holder' in body ? 'RegisterHolder' : 'name' in body ? 'RegisterRecipient' : 'SuspendRecipient';
      const { from, until } = (body['undertaking'] ?? {}) as Record<string, string>;
      const stated = from === undefined ? {} : { undertaking: { from, ...(until !== undefined && { until }) } };
      const command = { ...body, ...stated, type, uuid: this.id(), name: 0 } as unknown;
      const decided = recipientDecider.decide(
        command as Parameters<typeof recipientDecider.decide>[0],
        this.registers,
        {
          at: told,
        },
      );
      this.command(decided);
    }
  }

  get outside(): Outside {
    const documents = {
      policy: () => this.policy,
      profile: () => builtInProfile('kz'),
      calendar: () => undefined,
    };
    return { registers: this.registers, documents };
  }

  tell(event: DayEvent): readonly Finding[] {
    const fact = translate({ ...event, data: event.data as Readonly<Record<string, unknown>> });
    const known = {
      event: (place: number) => this.referred(fact.references[place]).id,
      eventType: (place: number) => this.referred(fact.references[place]).type,
      organisation: (place: number) => this.organisation(fact.organisations[place]?.bin ?? ''),
    };
    const named: Named[] = fact.identifiers.map(({ scheme, value }, place) => this.named(scheme, value, place));
    if (fact.becomes === 'FactRetracted') {
      const { stream } = this.referred(fact.references[0]);
      named.push({ subject: stream.slice('subject-'.length) });
    }
    for (const subject of foldsNeeded(named, fact.occurred, new Map())) this.fold(subject);
    const recording = recordFact(
      {
        type: fact.kind.slice('derbes.'.length) as Parameters<typeof recordFact>[0]['type'],
        facts: fact.facts(known),
        occurred: fact.occurred,
      },
      named,
      this.folds,
      { ...this.outside, subject: this.id(), fact: this.id(), at: told },
    );
    const recorded = recording.drafts.map((draft) =>
      this.append(draft, draft.id ?? this.id(), recording.edition, event),
    );
    this.claims.set(`${event.source} ${event.id}`, recorded);
    for (const { scheme, value: place, subject } of recording.bindings) {
      this.holders.set(this.token(scheme, fact.identifiers[place]?.value), subject);
    }
    return recording.findings;
  }

  findings(): Finding[] {
    return [
      ...[...this.folds.values()].flatMap((fold) => judgeSubject(fold, this.outside)),
      ...judgeLedger(this.id(), this.outside, told),
    ];
  }

  holderOf(scheme: string, value: string): string | undefined {
    return this.holders.get(this.token(scheme, value));
  }

  private fold(subject: string): SubjectFold {
    const fold = this.folds.get(subject) ?? emptyFold();
    this.folds.set(subject, fold);
    return fold;
  }

  private token(scheme: string, value = ''): string {
    const normal = normalise(scheme, value);
    if ('reason' in normal) throw new Error(`${scheme}: ${normal.reason}`);
    return `${scheme} ${normal.value}`;
  }

  /** The handle of an identifier is its place in the fact. */
  private named(scheme: string, value: string, place: number): Named {
    const { identifies, rank, category } = this.policy.identifier(scheme) ?? {};
    if (identifies === undefined || rank === undefined || category === undefined) throw new Error(`${scheme}: none`);
    const holder = this.holderOf(scheme, value);
    return { scheme, norm: '1', identifies, rank, category, value: place, ...(holder !== undefined && { holder }) };
  }

  private organisation(bin: string): string {
    if ('reason' in normalise('bin', bin)) throw new Error(`${bin} is no BIN`);
    const standing = this.organisations.get(bin) ?? `organisation-${this.id()}`;
    this.organisations.set(bin, standing);
    return standing;
  }

  private referred(reference: { source: string; id: string; type: string } | undefined): Recorded {
    const events = this.claims.get(`${reference?.source} ${reference?.id}`) ?? [];
    const meant = events.find(({ type }) => type === reference?.type) ?? events.at(-1);
    if (!meant) throw new Error(`${reference?.source} ${reference?.id} was not told`);
    return meant;
  }

  private append(draft: Draft, id: string, edition: string | undefined, event?: DayEvent): Recorded {
    const { type, facts, stream, occurred } = draft as Draft<string, Recorded['facts']>;
    catalogue.get(type).check(facts);
    const revision = this.revisions.get(stream) ?? 0;
    this.revisions.set(stream, revision + 1);
    const from = { ...(event && { source: event.source }), ...(edition !== undefined && { edition }) };
    const recorded: Recorded = {
      type,
      facts,
      id,
      stream,
      revision,
      at: told,
      occurred,
      actor: 'emitter',
      parts: [],
      ...from,
    };
    this.events.push(recorded);
    if (!stream.startsWith('subject-')) return recorded;
    const subject = stream.slice('subject-'.length);
    this.folds.set(subject, evolveSubject(this.fold(subject), recorded as unknown as SubjectEvent));
    return recorded;
  }

  private command(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      const event = this.append(draft, this.id(), undefined) as unknown as RegisterEvent;
      this.registers = evolveRegisters(this.registers, event);
    }
  }

  private id(): string {
    return `00000000-0000-4000-8000-${String(++this.count).padStart(12, '0')}`;
  }
}

const ledger = new MemoryLedger();
const provisional = day.map(({ event }) => ({ event, findings: ledger.tell(event) }));
const findings = ledger.findings();
const codes = (of: readonly Finding[]) => [...new Set(of.map(({ code }) => code))].sort();

describe('the example day, told to the rules', () => {
  it('has the published form in every fact', () => {
    const faults = day.flatMap(({ event }) => {
      if (!isFactType(event.type)) return [{ event: event.id, pointer: '/type' }];
      return checkOf(factForms[event.type] as new () => object)
        .faults(event.data)
        .map((fault) => ({ event: event.id, ...fault }));
    });
    expect(faults).toEqual([]);
  });

  it('gives away nobody by an id', () => {
    for (const { event } of day) expect(looksPersonal(event.id)).toBeUndefined();
  });

  it('tells every type of fact there is but one: a service for companies has no children', () => {
    const types = new Set([...day.map(({ event }) => event.type), 'derbes.subject.status']);
    expect(Object.keys(factForms).filter((type) => !types.has(type))).toEqual([]);
  });

  // An order to destroy, a person's death and a request are commands of an officer, and no facts; what is due comes with the days.
  const afterACommand: readonly string[] = [
    'LOCKED_DATA_USED',
    'AFTER_ERASURE',
    'AFTER_DEATH',
    'INTAKE_LATE',
    'REQUEST_OVERDUE',
    'ANSWER_NOT_DELIVERED',
    'TASK_REFUSED',
    'TRANSFER_NOT_NOTIFIED',
    'RETENTION_OVERDUE',
  ];
  it.each(findingCodes.filter((code) => !afterACommand.includes(code)))('raises %s', (code) => {
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  it('passes data on to every class of recipient that the policy names', () => {
    const { recipients } = registersAt(base);
    const reached = day
      .map(({ event }) => (event.data as { recipient?: string }).recipient)
      .map((code) => recipients.find(({ recipient }) => recipient === code)?.['class']);
    expect(reached).toEqual(expect.arrayContaining(ledger.policy.policy.recipients.map(({ code }) => code)));
  });

  it('is mostly in order: more facts raise nothing at once than raise something', () => {
    const ill = provisional.filter(({ findings: raised }) => raised.length > 0);
    expect(ill.length).toBeLessThan(day.length / 2);
  });

  it('tells of people in two roles, of devices, and of people nobody met', () => {
    const trader = ledger.folds.get(ledger.holderOf('account', 'example-account-10') ?? '');
    const roles = new Set([...(trader?.state.holdings.current.values() ?? [])].map(({ role }) => role));
    expect([...roles].sort()).toEqual(['entrepreneur', 'private']);
    const kinds = [...ledger.folds.values()].map(({ state }) => state.identity.kind);
    expect(kinds.filter((kind) => kind === 'device').length).toBeGreaterThan(10);
  });

  it('lets the protagonist meet every kind of thing that a dossier shows', () => {
    const { scheme, value } = registersAt(base).protagonist;
    const fold = ledger.folds.get(ledger.holderOf(scheme, value) ?? '');
    const met = new Set<string>(fold?.entries.map(({ type }) => type));
    expect([...met].sort()).toEqual(expect.arrayContaining(lifeOfTheProtagonist));
    expect(fold?.retracted).toHaveLength(1);
    expect(codes(fold ? judgeSubject(fold, ledger.outside) : [])).toEqual(expect.arrayContaining(['TOLD_LATE']));
  });
});

const lifeOfTheProtagonist = [
  'AutomatedDecisionMade',
  'ConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'DataBlocked',
  'DataCollected',
  'DataCorrected',
  'DataDeclared',
  'DataDestroyed',
  'DataPublished',
  'DataTransferred',
  'DataUnblocked',
  'DataUnpublished',
  'DataUsed',
  'IdentifierLinked',
  'ObligationClosed',
  'ObligationOpened',
  'PolicyAcknowledged',
  'PurposeEnded',
  'RelationEnded',
  'RelationStarted',
  'SubjectNotified',
  'SubjectRegistered',
];
