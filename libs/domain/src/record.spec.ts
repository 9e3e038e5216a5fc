// Whom does a told fact concern, and what is recorded of it?
import { Refused, type Facts } from '@derbes/kernel';
import fc from 'fast-check';
import { catalogue, type SubjectEvent } from './catalogue.js';
import { type FactType } from './fact.js';
import { foldsNeeded, type Folds, type Named } from './identify.js';
import { recordFact, type Recording } from './record.js';
import { evolveSubject, foldSubject, isKnown, subjectOfStream, type SubjectFold } from './subject-fold.js';
import {
  brief,
  collected,
  consented,
  laterEdition,
  minute,
  newId,
  outside,
  sampleEdition,
  samplePolicy,
  Teller,
} from './testing.js';

/** A ledger small enough to see whole: who holds which identifier, and all streams. */
class Ledger {
  readonly tokens = new Map<string, string>();
  readonly past = new Map<string, { readonly holder: string; readonly until: string }[]>();
  readonly streams = new Map<string, SubjectEvent[]>();
  private clock = 0;

  folds(): Map<string, SubjectFold> {
    return new Map([...this.streams].map(([stream, events]) => [subjectOfStream(stream), foldSubject(events)]));
  }

  named(identifiers: readonly string[]): Named[] {
    return identifiers.map((identifier, value) => {
      const [scheme = '', of = ''] = identifier.split('=');
      if (scheme === 'ref') return { subject: of };
      const declared = samplePolicy.identifiers.find((other) => other.scheme === scheme);
      if (!declared) throw new Error(`${scheme} is not declared`);
      const { identifies, rank, category } = declared;
      const holder = this.tokens.get(identifier);
      const past = this.past.get(identifier) ?? [];
      const held = holder === undefined ? { past } : { past, holder };
      return { scheme, norm: '1', identifies, rank, category, value, ...held };
    });
  }

  decide(
    type: FactType,
    identifiers: readonly string[],
    facts: Facts = {},
    occurred?: string,
    fact = newId(),
  ): Recording {
    const when = occurred ?? minute(this.clock++);
    const told = { type, facts, occurred: when };
    return recordFact(told, this.named(identifiers), this.needed(identifiers, when), {
      ...outside,
      subject: newId(),
      fact,
      at: when,
    });
  }

  tell(
    type: FactType,
    identifiers: readonly string[],
    facts: Facts = {},
    occurred?: string,
    fact = newId(),
  ): Recording {
    const recording = this.decide(type, identifiers, facts, occurred, fact);
    this.land(recording, identifiers);
    return recording;
  }

  land({ drafts, bindings }: Pick<Recording, 'drafts' | 'bindings'>, identifiers: readonly string[]): void {
    for (const draft of drafts) {
      const events = this.streams.get(draft.stream) ?? [];
      catalogue.get(draft.type).check(draft.facts);
      const event = {
        ...draft,
        id: draft.id ?? newId(),
        revision: events.length,
        at: draft.occurred,
        actor: 'emitter',
        parts: [],
      };
      this.streams.set(draft.stream, [...events, { ...event, edition: sampleEdition } as unknown as SubjectEvent]);
    }
    for (const { value, subject, from } of bindings) {
      const identifier = identifiers[value] ?? '';
      if (from) {
        expect(this.tokens.get(identifier)).toBe(from.subject);
        this.end(identifier, from.until);
      }
      this.tokens.set(identifier, subject);
    }
  }

  /** The identifier means its holder no longer. */
  end(identifier: string, until: string): void {
    const holder = this.tokens.get(identifier) ?? '';
    this.past.set(identifier, [...(this.past.get(identifier) ?? []), { holder, until }]);
    this.tokens.delete(identifier);
  }

  merge(merged: string, survivor: string): void {
    for (const [subject, part, other] of [
      [merged, 'merged', survivor],
      [survivor, 'survivor', merged],
    ] as const) {
      const facts = { part, other, ground: 'officer-decision' };
      const draft = { type: 'SubjectsMerged', facts, stream: `subject-${subject}`, occurred: minute(5) };
      this.land({ drafts: [draft], bindings: [] }, []);
    }
  }

  types(subject: string | undefined): string[] {
    return (this.streams.get(`subject-${subject}`) ?? []).map(({ type }) => type);
  }

  /** Only what `foldsNeeded` asks for, so that a decision needing more would show. */
  private needed(identifiers: readonly string[], when: string): Folds {
    const all = this.folds();
    const folds = new Map<string, SubjectFold>();
    for (let ask = foldsNeeded(this.named(identifiers), when, folds); ask.length > 0;) {
      for (const subject of ask) folds.set(subject, all.get(subject) ?? foldSubject([]));
      ask = foldsNeeded(this.named(identifiers), when, folds);
    }
    return folds;
  }
}

const types = ({ drafts }: Recording) => drafts.map(({ type }) => type);
const streams = ({ drafts }: Recording) => new Set(drafts.map(({ stream }) => stream)).size;

describe('the first fact about somebody', () => {
  it('registers the person and links the identifier, then is recorded', () => {
    const ledger = new Ledger();
    const recording = ledger.tell('data.collected', ['email=a'], collected());
    expect(types(recording)).toEqual(['SubjectRegistered', 'IdentifierLinked', 'DataCollected']);
    expect(recording).toMatchObject({
      begins: true,
      bindings: [{ scheme: 'email', value: 0, subject: recording.subject }],
    });
    expect(streams(recording)).toBe(1);
  });
  it('begins the stream with SubjectRegistered', () => {
    const { drafts } = new Ledger().decide('data.collected', ['email=a', 'phone=1', 'cookie=x'], collected());
    expect(drafts.map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'IdentifierLinked',
      'IdentifierLinked',
      'IdentifierLinked',
      'DataCollected',
    ]);
    expect(drafts[0]?.facts).toEqual({ kind: 'person' });
  });
  it('seals the identifier as told in the category of its scheme', () => {
    const { drafts } = new Ledger().decide('data.collected', ['iin=1'], collected());
    expect(drafts[1]).toMatchObject({
      facts: { scheme: 'iin', norm: '1', since: minute(0) },
      seals: [{ category: 'requisites.iin', value: 0 }],
    });
  });
  it('named by a cookie alone makes a device', () => {
    expect(new Ledger().decide('data.collected', ['cookie=x'], collected()).drafts[0]?.facts).toEqual({
      kind: 'device',
    });
  });
  it('takes the promised id for the event named after its type', () => {
    const fact = newId();
    const { drafts } = new Ledger().decide('data.collected', ['email=a'], collected(), undefined, fact);
    expect(drafts.map(({ id }) => id)).toEqual([undefined, undefined, fact]);
  });
  it('says which edition was in force', () => {
    expect(new Ledger().decide('data.collected', ['email=a'], collected()).edition).toBe(sampleEdition);
    expect(
      new Ledger().decide('data.collected', ['email=a'], collected(), '2025-01-01T00:00:00Z').edition,
    ).toBeUndefined();
  });
  it('is recorded whatever it breaks, with the findings', () => {
    const recording = new Ledger().decide(
      'data.collected',
      ['email=a'],
      collected({ categories: ['shoe-size'], holder: 'attic' }),
    );
    expect(types(recording)).toContain('DataCollected');
    expect(brief(recording.findings)).toEqual(
      expect.arrayContaining([
        'UNDECLARED_CATEGORY shoe-size',
        'UNDECLARED_HOLDER',
        'CONSENT_MISSING shoe-size account',
      ]),
    );
  });
  it('of a form that is no fact s is a mistake of the caller', () => {
    expect(() => new Ledger().decide('data.collected', ['email=a'], { categories: ['email'] })).toThrow('schema');
  });
});

describe('a registration', () => {
  it('is the registration itself', () => {
    const fact = newId();
    const { drafts } = new Ledger().decide('subject.registered', ['account=1'], {}, undefined, fact);
    expect(drafts.map(({ type, id }) => [type, id])).toEqual([
      ['SubjectRegistered', fact],
      ['IdentifierLinked', undefined],
    ]);
  });
  it('of somebody known by all that is named says nothing new', () => {
    const ledger = new Ledger();
    ledger.tell('subject.registered', ['account=1']);
    expect(types(ledger.decide('subject.registered', ['account=1']))).toEqual([]);
  });
});

describe('a fact about somebody known', () => {
  it('is recorded alone', () => {
    const ledger = new Ledger();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected());
    const again = ledger.tell('data.collected', ['email=a'], collected());
    expect(types(again)).toEqual(['DataCollected']);
    expect(again).toMatchObject({ subject, begins: false, bindings: [] });
  });
  it('links a new identifier that it names', () => {
    const ledger = new Ledger();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected());
    const again = ledger.tell('data.collected', ['email=a', 'account=1'], collected());
    expect(types(again)).toEqual(['IdentifierLinked', 'DataCollected']);
    expect(ledger.tokens.get('account=1')).toBe(subject);
  });
  it('by the emitter s reference is recorded there', () => {
    const ledger = new Ledger();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected());
    expect(ledger.tell('data.collected', [`ref=${subject}`], collected())).toMatchObject({ subject, begins: false });
  });
  it('leans on a consent told before', () => {
    const ledger = new Ledger();
    const { findings } = ledger.tell('consent.given', ['email=a'], consented());
    expect(findings).toEqual([]);
    const recording = ledger.tell('data.collected', ['email=a'], collected());
    expect(brief(recording.findings)).toEqual(['TERM_NOT_SET email account']);
  });
  it('has its term set when the relation stands', () => {
    const ledger = new Ledger();
    ledger.tell('consent.given', ['email=a'], consented());
    ledger.tell('relation.started', ['email=a'], { kind: 'account' });
    expect(ledger.tell('data.collected', ['email=a'], collected()).findings).toEqual([]);
  });
});

describe('a fact that names two people', () => {
  const two = () => {
    const ledger = new Ledger();
    const a = ledger.tell('data.collected', ['account=1'], collected()).subject;
    const b = ledger.tell('data.collected', ['email=b'], collected()).subject;
    return { ledger, a, b };
  };
  it('is recorded once, with the stronger identifier', () => {
    const { ledger, a, b } = two();
    const recording = ledger.tell('data.collected', ['email=b', 'account=1'], collected());
    expect(recording.subject).toBe(a);
    expect(recording.drafts.map(({ type, stream }) => [type, subjectOfStream(stream)])).toEqual([
      ['DataCollected', a],
      ['IdentifierContested', b],
    ]);
  });
  it('says in the other stream what was not followed, without any value', () => {
    const { ledger, a } = two();
    const fact = newId();
    const { drafts } = ledger.decide('data.collected', ['email=b', 'account=1'], collected(), undefined, fact);
    expect(drafts[1]?.facts).toEqual({ scheme: 'email', rank: 'weaker', fact, other: a });
    expect(drafts[1]?.seals).toBeUndefined();
  });
  it('is a finding', () => {
    const { ledger } = two();
    expect(brief(ledger.decide('data.collected', ['email=b', 'account=1'], collected()).findings)).toContain(
      'IDENTIFIERS_CONFLICT',
    );
  });
  it('links an unknown identifier to the one it is recorded with', () => {
    const { ledger, a } = two();
    ledger.tell('data.collected', ['email=b', 'account=1', 'phone=9'], collected());
    expect(ledger.tokens.get('phone=9')).toBe(a);
  });
  it('leaves the weaker identifier where it is', () => {
    const { ledger, b } = two();
    ledger.tell('data.collected', ['email=b', 'account=1'], collected());
    expect(ledger.tokens.get('email=b')).toBe(b);
  });
  it('of equal rank is recorded nowhere, and both are told of', () => {
    const { ledger, b } = two();
    const c = ledger.tell('data.collected', ['phone=7'], collected()).subject;
    const recording = ledger.tell('data.collected', ['email=b', 'phone=7'], collected());
    expect(recording.subject).toBeUndefined();
    expect(recording.bindings).toEqual([]);
    expect(recording.drafts.map(({ type, stream, facts }) => [type, subjectOfStream(stream), facts])).toEqual([
      ['IdentifierContested', b, { scheme: 'email', rank: 'equal', other: c, told: 'DataCollected' }],
      ['IdentifierContested', c, { scheme: 'phone', rank: 'equal', other: b, told: 'DataCollected' }],
    ]);
    expect(recording.drafts.every(({ seals }) => seals === undefined)).toBe(true);
    expect(brief(recording.findings)).toContain('IDENTIFIERS_CONFLICT');
  });
  it('by the emitter s reference follows the reference', () => {
    const { ledger, a, b } = two();
    const recording = ledger.tell('data.collected', [`ref=${b}`, 'account=1'], collected());
    expect(recording.subject).toBe(b);
    expect(ledger.types(a)).toContain('IdentifierContested');
  });
  it('of three contests both weaker ones', () => {
    const { ledger, a, b } = two();
    const c = ledger.tell('data.collected', ['iin=3'], collected()).subject;
    const recording = ledger.tell('data.collected', ['email=b', 'iin=3', 'account=1'], collected());
    expect(recording.subject).toBe(a);
    expect(recording.drafts.slice(1).map(({ stream }) => subjectOfStream(stream))).toEqual([c, b]);
  });
});

describe('another IIN beside a known mailbox', () => {
  it('is somebody else: nobody has two', () => {
    const ledger = new Ledger();
    const first = ledger.tell('data.collected', ['iin=1', 'email=a'], collected()).subject;
    const second = ledger.tell('data.collected', ['iin=2', 'email=a'], collected());
    expect(second.begins).toBe(true);
    expect(second.subject).not.toBe(first);
    expect(ledger.types(first)).toContain('IdentifierContested');
    expect(ledger.tokens.get('email=a')).toBe(first);
  });
  it('is the same person where no IIN was known', () => {
    const ledger = new Ledger();
    const first = ledger.tell('data.collected', ['email=a'], collected()).subject;
    expect(ledger.tell('data.collected', ['iin=2', 'email=a'], collected()).subject).toBe(first);
  });
  it('beside a known account is the account s', () => {
    const ledger = new Ledger();
    const first = ledger.tell('data.collected', ['account=1', 'iin=1'], collected()).subject;
    expect(ledger.tell('data.collected', ['account=1', 'iin=2'], collected()).subject).toBe(first);
  });
});

describe('a device', () => {
  const visited = () => {
    const ledger = new Ledger();
    const device = ledger.tell('data.collected', ['cookie=x'], collected({ categories: ['session'] })).subject;
    return { ledger, device };
  };
  it('beside an unknown person makes a new subject, and its facts are not back-filled', () => {
    const { ledger, device } = visited();
    const recording = ledger.tell('data.collected', ['cookie=x', 'email=a'], collected());
    expect(recording.begins).toBe(true);
    expect(types(recording)).toEqual(['SubjectRegistered', 'IdentifierLinked', 'DataCollected', 'IdentifierContested']);
    expect(ledger.tokens.get('cookie=x')).toBe(device);
    expect(ledger.types(recording.subject)).not.toContain('session');
  });
  it('beside its person is no conflict', () => {
    const { ledger } = visited();
    expect(brief(ledger.tell('data.collected', ['cookie=x', 'email=a'], collected()).findings)).not.toContain(
      'IDENTIFIERS_CONFLICT',
    );
  });
  it('that is identified moves its cookie to the person', () => {
    const { ledger, device } = visited();
    const person = ledger.tell('data.collected', ['email=a'], collected()).subject;
    const fact = newId();
    const recording = ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, undefined, fact);
    expect(recording.drafts).toMatchObject([
      { type: 'IdentifierUnlinked', stream: `subject-${device}`, facts: { scheme: 'cookie', ground: 'identified' } },
      {
        type: 'IdentifierLinked',
        stream: `subject-${person}`,
        facts: { scheme: 'cookie', movedFrom: device },
        id: fact,
      },
    ]);
    const from = { subject: device, since: minute(0), until: minute(2) };
    expect(recording.bindings).toEqual([{ scheme: 'cookie', value: 0, subject: person, from }]);
    expect(ledger.tokens.get('cookie=x')).toBe(person);
  });
  it('that is identified names its own link as ended from that moment', () => {
    const { ledger, device } = visited();
    ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(30));
    const fold = foldSubject(ledger.streams.get(`subject-${device}`) ?? []);
    expect([...fold.state.identity.links.values()]).toMatchObject([{ scheme: 'cookie', until: minute(30) }]);
  });
  it('that is identified as somebody unknown begins that person', () => {
    const { ledger, device } = visited();
    const recording = ledger.tell('subject.identified', ['cookie=x', 'email=a']);
    expect(recording.begins).toBe(true);
    expect(types(recording)).toEqual([
      'SubjectRegistered',
      'IdentifierUnlinked',
      'IdentifierLinked',
      'IdentifierLinked',
    ]);
    expect(recording.subject).not.toBe(device);
  });
  it('keeps its earlier facts, and later ones go to the person', () => {
    const { ledger, device } = visited();
    const { subject } = ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(30));
    expect(ledger.types(device)).toContain('DataCollected');
    expect(ledger.tell('data.collected', ['cookie=x'], collected(), minute(31)).subject).toBe(subject);
  });
  it('gets what is told late of the time before it was identified', () => {
    const { ledger, device } = visited();
    ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(30));
    expect(ledger.tell('data.collected', ['cookie=x'], collected(), minute(29)).subject).toBe(device);
  });
  it('identified twice says nothing new', () => {
    const { ledger } = visited();
    ledger.tell('subject.identified', ['cookie=x', 'email=a']);
    expect(types(ledger.decide('subject.identified', ['cookie=x', 'email=a']))).toEqual([]);
  });
  it('new beside a known person is linked to the person', () => {
    const ledger = new Ledger();
    const person = ledger.tell('data.collected', ['email=a'], collected()).subject;
    ledger.tell('data.collected', ['email=a', 'cookie=y'], collected());
    expect(ledger.tokens.get('cookie=y')).toBe(person);
  });
  it('identified by two rivals of equal rank stays where it is', () => {
    const { ledger, device } = visited();
    ledger.tell('data.collected', ['email=a'], collected());
    ledger.tell('data.collected', ['phone=1'], collected());
    const recording = ledger.tell('subject.identified', ['cookie=x', 'email=a', 'phone=1']);
    expect(new Set(types(recording))).toEqual(new Set(['IdentifierContested']));
    expect(ledger.tokens.get('cookie=x')).toBe(device);
  });
});

describe('an identifier that meant somebody before', () => {
  const tellAt = (ledger: Ledger, at: number, identifiers: string[] = ['phone=1']) =>
    ledger.tell('data.collected', identifiers, collected(), minute(at));
  /** Of Anna until minute 20, then of Bolat until minute 40, then of Dana. */
  const reissued = () => {
    const ledger = new Ledger();
    const anna = tellAt(ledger, 10).subject;
    ledger.end('phone=1', minute(20));
    const bolat = tellAt(ledger, 25).subject;
    ledger.end('phone=1', minute(40));
    const dana = tellAt(ledger, 45).subject;
    return { ledger, anna, bolat, dana };
  };
  it('means whoever held it when the fact occurred, however often it was re-issued', () => {
    const { ledger, anna, bolat, dana } = reissued();
    expect(new Set([anna, bolat, dana]).size).toBe(3);
    const told = [5, 19, 20, 39, 40, 50].map((at) => tellAt(ledger, at));
    expect(told.map(({ subject }) => subject)).toEqual([anna, anna, bolat, bolat, dana, dana]);
    expect(told.flatMap(types)).toEqual(told.map(() => 'DataCollected'));
    expect(told.flatMap(({ bindings }) => bindings)).toEqual([]);
  });
  it('whatever the order in which its past is given', () => {
    const { ledger, anna, bolat } = reissued();
    ledger.past.get('phone=1')?.reverse();
    expect([15, 30].map((at) => tellAt(ledger, at).subject)).toEqual([anna, bolat]);
  });
  it('and was not re-issued means that person before, and begins another from then on', () => {
    const ledger = new Ledger();
    const anna = tellAt(ledger, 10).subject;
    ledger.end('phone=1', minute(20));
    const late = tellAt(ledger, 15);
    expect([late.subject, types(late), late.bindings]).toEqual([anna, ['DataCollected'], []]);
    expect(ledger.tokens.has('phone=1')).toBe(false);
    expect(tellAt(ledger, 20)).toMatchObject({ begins: true, bindings: [{ scheme: 'phone' }] });
  });
  it('of somebody who was merged since means the survivor', () => {
    const { ledger, anna = '', dana } = reissued();
    const survivor = ledger.tell('data.collected', ['email=s'], collected(), minute(4)).subject ?? '';
    ledger.merge(anna, survivor);
    expect([15, 50].map((at) => tellAt(ledger, at).subject)).toEqual([survivor, dana]);
  });
  it('is a rival of another identifier only for the time when it meant somebody else', () => {
    const { ledger, dana } = reissued();
    tellAt(ledger, 50, ['phone=1', 'email=d']);
    expect(tellAt(ledger, 51, ['phone=1', 'email=d']).subject).toBe(dana);
    expect(new Set(types(tellAt(ledger, 15, ['phone=1', 'email=d'])))).toEqual(new Set(['IdentifierContested']));
  });
  it('of a device is not taken from whom it finds now by what is told late', () => {
    const ledger = new Ledger();
    const device = tellAt(ledger, 10, ['cookie=x']).subject;
    const person = ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(30)).subject;
    const late = ledger.tell('subject.identified', ['cookie=x', 'email=b'], {}, minute(20));
    expect(types(late)).toEqual(['SubjectRegistered', 'IdentifierLinked']);
    expect(ledger.tokens.get('cookie=x')).toBe(person);
    ledger.end('cookie=x', minute(40));
    const next = tellAt(ledger, 50, ['cookie=x']).subject;
    const meant = [29, 30, 39, 40].map((at) => tellAt(ledger, at, ['cookie=x']).subject);
    expect(meant).toEqual([device, person, person, next]);
  });
  it('of one device is told from that of another which became the same person’s', () => {
    const ledger = new Ledger();
    const [x, y] = ['cookie=x', 'cookie=y'].map((cookie) => tellAt(ledger, 10, [cookie]).subject);
    const person = ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(20)).subject;
    ledger.tell('subject.identified', ['cookie=y', 'email=a'], {}, minute(30));
    const meant = [15, 25].map((at) => ['cookie=x', 'cookie=y'].map((one) => tellAt(ledger, at, [one]).subject));
    expect(meant).toEqual([
      [x, y],
      [person, y],
    ]);
  });
  it('of a device that was merged moves from the stream in which it is linked', () => {
    const ledger = new Ledger();
    const [x = '', y = ''] = ['cookie=x', 'cookie=y'].map((cookie) => tellAt(ledger, 1, [cookie]).subject);
    ledger.merge(x, y);
    const { drafts, bindings } = ledger.tell('subject.identified', ['cookie=x', 'email=a'], {}, minute(30));
    expect(drafts.find(({ type }) => type === 'IdentifierUnlinked')?.stream).toBe(`subject-${x}`);
    expect(bindings[0]?.from).toEqual({ subject: x, since: minute(1), until: minute(30) });
    expect(tellAt(ledger, 29, ['cookie=x']).subject).toBe(y);
  });
});

describe('a merged subject', () => {
  const merged = () => {
    const ledger = new Ledger();
    const a = ledger.tell('consent.given', ['email=a'], consented()).subject ?? '';
    const b = ledger.tell('data.collected', ['phone=1'], collected()).subject ?? '';
    ledger.merge(a, b);
    return { ledger, a, b };
  };
  it('sends its facts to the survivor', () => {
    const { ledger, b } = merged();
    expect(ledger.tell('data.collected', ['email=a'], collected(), minute(6)).subject).toBe(b);
  });
  it('is no rival of the survivor', () => {
    const { ledger } = merged();
    expect(types(ledger.tell('data.collected', ['email=a', 'phone=1'], collected(), minute(6)))).toEqual([
      'DataCollected',
    ]);
  });
  it('brings its consents along', () => {
    const { ledger } = merged();
    const { findings } = ledger.tell('data.collected', ['phone=1'], collected(), minute(6));
    expect(brief(findings)).not.toContain('CONSENT_MISSING email account');
  });
});

describe('a retraction', () => {
  const retraction = (type: string, fact: string): Facts => ({ fact, type, ground: 'told-in-error' });
  it('stands where its fact stands', () => {
    const ledger = new Ledger();
    const fact = newId();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected(), undefined, fact);
    const recording = ledger.tell('fact.retracted', [`ref=${subject}`], retraction('DataCollected', fact));
    expect(recording.drafts).toMatchObject([{ type: 'FactRetracted', stream: `subject-${subject}` }]);
    expect(foldSubject(ledger.streams.get(`subject-${subject}`) ?? []).state.holdings.current.size).toBe(0);
  });
  it('told again says nothing new', () => {
    const ledger = new Ledger();
    const fact = newId();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected(), undefined, fact);
    ledger.tell('fact.retracted', [`ref=${subject}`], retraction('DataCollected', fact));
    expect(types(ledger.decide('fact.retracted', [`ref=${subject}`], retraction('DataCollected', fact)))).toEqual([]);
  });
  it.each(['SubjectRegistered', 'IdentifierLinked', 'FactRetracted'])('of %s is refused', (type) => {
    const ledger = new Ledger();
    const { subject } = ledger.tell('data.collected', ['email=a'], collected());
    expect(() => ledger.decide('fact.retracted', [`ref=${subject}`], retraction(type, newId()))).toThrow(Refused);
  });
});

it('findings told at once are those that reading the stream gives', () => {
  const ledger = new Ledger();
  const fact = newId();
  const { findings, subject } = ledger.tell(
    'data.collected',
    ['email=a'],
    collected({ purposes: ['marketing'] }),
    undefined,
    fact,
  );
  const events = ledger.streams.get(`subject-${subject}`) ?? [];
  expect(isKnown(foldSubject(events))).toBe(true);
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  expect(findings.every(({ event }) => event === fact)).toBe(true);
});

it('a later edition does not touch a fact of an earlier moment', () => {
  expect(new Ledger().decide('data.collected', ['email=a'], collected()).edition).not.toBe(laterEdition);
});

describe('for any facts about any people', () => {
  const identifier = fc.constantFrom(
    'account=1',
    'account=2',
    'iin=1',
    'iin=2',
    'email=a',
    'email=b',
    'phone=1',
    'cookie=x',
    'cookie=y',
  );
  const fact = fc.tuple(
    fc.uniqueArray(identifier, { minLength: 1, maxLength: 4 }),
    fc.constantFrom<FactType>('data.collected', 'subject.identified', 'subject.registered'),
  );
  const facts = fc.array(fact, { maxLength: 12 });
  const play = (
    told: readonly (readonly [string[], FactType])[],
    each: (ledger: Ledger, recording: Recording, named: string[]) => void,
  ) => {
    const ledger = new Ledger();
    for (const [named, type] of told) {
      const recording = ledger.tell(type, named, type === 'data.collected' ? collected() : {});
      each(ledger, recording, named);
    }
    return ledger;
  };

  it('a stream begins with one SubjectRegistered and holds each fact once', () => {
    fc.assert(
      fc.property(facts, (told) => {
        const ledger = play(told, (_, { drafts }) => {
          expect(drafts.filter(({ type }) => type === 'DataCollected').length).toBeLessThanOrEqual(1);
        });
        for (const events of ledger.streams.values()) {
          expect(events.map(({ type }) => type).indexOf('SubjectRegistered')).toBe(0);
          expect(events.filter(({ type }) => type === 'SubjectRegistered')).toHaveLength(1);
        }
      }),
    );
  });

  it('every identifier means at most one live subject, the one whose stream links it', () => {
    fc.assert(
      fc.property(facts, (told) => {
        const ledger = play(told, () => undefined);
        const folds = ledger.folds();
        for (const [token, subject] of ledger.tokens) {
          const links = [...(folds.get(subject)?.state.identity.links.values() ?? [])];
          expect(links.some(({ scheme, until }) => token.startsWith(`${scheme}=`) && until === undefined)).toBe(true);
        }
      }),
    );
  });

  it('deciding again after it landed registers and links nothing more', () => {
    fc.assert(
      fc.property(facts, fact, (told, [named]) => {
        const ledger = play(told, () => undefined);
        ledger.tell('data.collected', named, collected());
        const again = ledger.decide('data.collected', named, collected());
        expect(again).toMatchObject({ bindings: [], begins: false });
      }),
    );
  });

  it('a device has identifiers of devices only', () => {
    fc.assert(
      fc.property(facts, (told) => {
        const ledger = play(told, () => undefined);
        for (const { state } of ledger.folds().values()) {
          if (state.identity.kind !== 'device') continue;
          expect([...state.identity.links.values()].every(({ scheme }) => scheme === 'cookie')).toBe(true);
        }
      }),
    );
  });

  it('folding what was recorded one by one gives what folding the whole gives', () => {
    fc.assert(
      fc.property(facts, (told) => {
        for (const events of play(told, () => undefined).streams.values()) {
          expect(events.reduce(evolveSubject, foldSubject([]))).toEqual(foldSubject(events));
        }
      }),
    );
  });
});

it('the teller of these specs makes events that the catalogue reads', () => {
  expect(() => new Teller().tell('DataCollected', { categories: [] })).toThrow('schema');
});
