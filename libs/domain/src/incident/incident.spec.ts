// What may happen to an incident, step by step, and where was whose data when?
import { fold, Refused, type Facts, type Recorded } from '@derbes/kernel';
import { catalogue, type IncidentEvent } from '../catalogue.js';
import { foldSubject } from '../subject-fold.js';
import { collected, newId, outside, sampleEdition, Teller } from '../testing.js';
import { type DeclareIncident, type IncidentCommand, type IncidentMeta } from './command.js';
import { incidentDecider } from './decider.js';
import { exposuresOf, sinceUnknown } from './exposure.js';
import { foldIncident, incidentStream, stageOfIncident } from './state.js';

/** A Friday, ten in the morning in Almaty. */
const friday = '2026-11-20T05:00:31Z';
const later = (hours: number): string =>
  `${new Date(Date.parse(friday) + hours * 3_600_000).toISOString().slice(0, 19)}Z`;
const radius = (document: string, people = '2', more: object = {}) => ({ document, people, records: '3', ...more });
const sealing = (...categories: IncidentMeta[]) => categories.map((category, value) => ({ category, value }));

const declare = (more: Partial<DeclareIncident> = {}): DeclareIncident => ({
  type: 'DeclareIncident',
  kind: 'disclosure',
  detected: friday,
  scope: { holder: 'crm' },
  radius: radius('a'.repeat(64)),
  sealed: [],
  ...more,
});
const notify = (profile: string, more: object = {}): IncidentCommand => ({
  type: 'NotifyAuthority',
  authority: 'ministry',
  profile,
  how: 'portal',
  sealed: [],
  ...more,
});
const close = (more: object = {}): IncidentCommand => ({
  type: 'CloseIncident',
  outcome: 'confirmed',
  sealed: sealing('meta.measures'),
  ...more,
});

/** One incident, decided and recorded step by step. */
class Happening {
  readonly incident = newId();
  readonly events: IncidentEvent[] = [];
  at = later(1);

  do(command: IncidentCommand): Facts | undefined {
    const [draft] = this.decide(command);
    if (!draft) return undefined;
    catalogue.get(draft.type).check(draft.facts as Facts);
    const event: Recorded = {
      type: draft.type,
      facts: draft.facts as Facts,
      id: newId(),
      stream: incidentStream(this.incident),
      revision: this.events.length,
      at: this.at,
      occurred: draft.occurred,
      actor: 'officer',
      edition: sampleEdition,
      parts: [],
    };
    this.events.push(event as unknown as IncidentEvent);
    return event.facts;
  }

  decide(command: IncidentCommand) {
    const state = fold(incidentDecider, this.events);
    return incidentDecider.decide(command, state, { ...outside, at: this.at, incident: this.incident });
  }

  refusal(command: IncidentCommand): string {
    try {
      this.decide(command);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  get stage() {
    return stageOfIncident(foldIncident(this.events));
  }
}
const declared = (): Happening => {
  const one = new Happening();
  one.do(declare());
  return one;
};

describe('a breach that is declared', () => {
  it('is detected to the minute, and a clock of every law begins then', () => {
    const facts = new Happening().do(declare());
    expect(facts).toMatchObject({
      detected: '2026-11-20T05:00:00Z',
      clocks: [
        // 72 hours (GDPR Art. 33(1)), the last of them to its end (Regulation 1182/71 Art. 3).
        { profile: 'gdpr', term: 'breach-notice', due: '2026-11-23T05:59:59Z', strict: '2026-11-23T04:59:59Z' },
        // A working day from the moment of detection (Art. 25(2)(8)), by both readings.
        { profile: 'kz', term: 'breach-notice', due: '2026-11-23T18:59:59Z', strict: '2026-11-23T05:00:00Z' },
      ],
    });
  });

  it('has the clock of one law alone where that is said, and of a law without such a term none', () => {
    const facts = new Happening().do(declare({ profiles: ['kz'] }));
    expect(facts?.['clocks']).toHaveLength(1);
    expect(new Happening().refusal(declare({ profiles: ['mars'] }))).toBe('TERM_UNKNOWN');
  });

  it.each([
    ['SCOPE_EMPTY', { scope: {} }],
    ['SCOPE_EMPTY', { scope: { categories: ['email'] } }],
    ['SCOPE_EMPTY', { scope: { subjects: [] } }],
    ['SCOPE_SEVERAL', { scope: { holder: 'crm', recipient: 'good-bank' } }],
    ['WINDOW_IN_FUTURE', { scope: { holder: 'crm', until: later(2) } }],
    ['WINDOW_IN_FUTURE', { scope: { holder: 'crm', from: later(2) } }],
    ['WINDOW_REVERSED', { scope: { holder: 'crm', from: later(0), until: later(-1) } }],
    ['DETECTED_IN_FUTURE', { detected: later(2) }],
    ['STAFF_UNKNOWN', { staff: newId() }],
  ] satisfies [string, Partial<DeclareIncident>][])('is refused with %s for %j', (code, more) => {
    expect(new Happening().refusal(declare(more))).toBe(code);
  });

  it('is declared once', () => expect(declared().refusal(declare())).toBe('INCIDENT_STANDS'));
});

describe('a scope that changes', () => {
  const change = (document: string, difference: object, scope = { holder: 'cloud' }): IncidentCommand => ({
    type: 'ChangeScope',
    scope,
    radius: radius(document, '5', { difference }),
    sealed: [],
  });

  it.each([
    ['wider', { added: 3, gone: 0 }],
    ['narrower', { added: 0, gone: 1 }],
    ['other', { added: 3, gone: 1 }],
    ['same', { added: 0, gone: 0 }],
  ])('is said to be %s by who came and went', (word, difference) => {
    expect(declared().do(change('b'.repeat(64), difference))).toMatchObject({ change: word });
  });

  it('changes no clock, and the same scope and list twice are no event', () => {
    const one = declared();
    const { clocks } = foldIncident(one.events);
    one.do(change('b'.repeat(64), { added: 3, gone: 0 }));
    expect(foldIncident(one.events)).toMatchObject({ clocks, scope: { holder: 'cloud' }, radius: { people: '5' } });
    expect(one.decide(change('b'.repeat(64), { added: 0, gone: 0 }))).toEqual([]);
  });
});

describe('what is told', () => {
  it('to the authority of one law ends the clock of that law alone', () => {
    const one = declared();
    one.do(notify('kz'));
    expect(one.stage).toBe('detected');
    one.do(notify('gdpr'));
    expect(one.stage).toBe('notified');
  });

  it('after the term needs the reasons; what is told of later does not', () => {
    const one = declared();
    one.at = later(100);
    expect(one.refusal(notify('kz'))).toBe('DELAY_UNEXPLAINED');
    expect(one.do(notify('kz', { sealed: sealing('meta.delay') }))).toMatchObject({ late: 'yes' });
    expect(one.do(notify('kz'))).not.toHaveProperty('late');
  });

  it.each([
    ['PROFILE_UNKNOWN', notify('mars')],
    ['TOLD_IN_FUTURE', notify('kz', { told: later(2) })],
    ['TOLD_BEFORE_DETECTED', notify('kz', { told: later(-1) })],
  ] as const)('is refused with %s', (code, command) => expect(declared().refusal(command)).toBe(code));

  it('to the people counts those of the frozen list, and needs a number where nobody was counted', () => {
    const tell: IncidentCommand = { type: 'TellAffected', through: 'state', sealed: [] };
    expect(declared().do(tell)).toMatchObject({ people: '2', radius: 'a'.repeat(64) });
    const uncounted = new Happening();
    uncounted.do(declare({ radius: undefined }));
    expect(uncounted.refusal(tell)).toBe('RADIUS_UNKNOWN');
    expect(uncounted.do({ ...tell, people: '7' })).toMatchObject({ people: '7' });
  });
});

describe('an incident that is closed', () => {
  it('was told to every authority, or names the act by which it need not be', () => {
    const one = declared();
    one.do(notify('kz'));
    expect(one.refusal(close())).toBe('AUTHORITY_NOT_NOTIFIED');
    expect(one.do(close({ act: '2016-679', article: '33(1)' }))).toMatchObject({ unnotified: { profiles: ['gdpr'] } });
    expect(one.refusal(notify('gdpr'))).toBe('INCIDENT_CLOSED');
  });

  it('says what was done, and none of it where it was no breach', () => {
    expect(declared().refusal(close({ sealed: [] }))).toBe('MEASURES_MISSING');
    const none = declared();
    none.do(close({ outcome: 'not-confirmed', sealed: [] }));
    expect(none.stage).toBe('closed');
  });

  it('must have been declared', () => expect(new Happening().refusal(close())).toBe('INCIDENT_UNKNOWN'));
});

describe('where data was', () => {
  const day = (n: number): string => `2026-02-${String(n).padStart(2, '0')}T00:00:00Z`;
  const told = (tell: (teller: Teller) => void) => {
    const teller = new Teller();
    teller.tell('SubjectRegistered', { kind: 'person' }, day(1));
    tell(teller);
    return exposuresOf([foldSubject(teller.events)]);
  };
  const destroyed = (manner: string, more: object = {}) => ({
    categories: ['email'],
    holder: 'crm',
    manner,
    ground: 'purpose-reached',
    method: 'row-deletion',
    ...more,
  });
  const transfer = {
    categories: ['email'],
    purposes: ['payment'],
    recipient: 'good-bank',
    country: 'KZ',
    mode: 'sent',
  };

  it('is from its collection until it was destroyed, and again from the next', () => {
    const exposures = told((teller) => {
      teller.tell('DataCollected', collected({ categories: ['email'] }), day(2));
      teller.tell('DataDestroyed', destroyed('destroyed'), day(4));
      teller.tell('DataCollected', collected({ categories: ['email'] }), day(6));
    });
    expect(exposures).toEqual([
      { kind: 'holder', place: 'crm', category: 'email', since: day(2), until: day(4) },
      { kind: 'holder', place: 'crm', category: 'email', since: day(6) },
    ]);
  });

  it('is still in copies of what was deleted, until the day on which they go', () => {
    const [one] = told((teller) => {
      teller.tell('DataCollected', collected({ categories: ['email'] }), day(2));
      teller.tell('DataDestroyed', destroyed('deleted', { copiesUntil: '2026-02-20' }), day(4));
    });
    expect(one).toMatchObject({ until: '2026-02-20T23:59:59Z' });
  });

  it('may have been at any time before it was declared from before the ledger', () => {
    const [one] = told((teller) =>
      teller.tell(
        'DataDeclared',
        { ...collected({ categories: ['email'] }), since: { moment: day(1), precision: 'not-later-than' } },
        day(2),
      ),
    );
    expect(one).toMatchObject({ since: sinceUnknown });
  });

  it('is with a recipient until it confirms an order that was given after the transfer', () => {
    const task = newId();
    const order = { kind: 'destroy', recipient: 'good-bank', cause: newId(), by: 'poll' };
    const exposures = told((teller) => {
      teller.tell('DataTransferred', transfer, day(2));
      teller.tell('TaskOrdered', order, day(4), { id: task });
      teller.tell('DataTransferred', { ...transfer, categories: ['phone'] }, day(5));
      teller.tell('TaskAcknowledged', { task, result: 'done', by: 'poll', proof: 'key', happened: day(6) }, day(6));
    });
    expect(exposures).toEqual([
      { kind: 'recipient', place: 'good-bank', category: 'email', since: day(2), until: day(6) },
      { kind: 'recipient', place: 'good-bank', category: 'phone', since: day(5) },
    ]);
  });

  it('was nowhere by a fact that was told in error', () => {
    const exposures = told((teller) => {
      const fact = teller.tell('DataTransferred', transfer, day(2));
      teller.tell('FactRetracted', { fact: fact.id, type: 'DataTransferred', ground: 'told-in-error' }, day(3));
    });
    expect(exposures).toEqual([]);
  });
});
