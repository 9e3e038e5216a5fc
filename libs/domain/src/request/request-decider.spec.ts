// What may happen to a request, state by state, and what is refused with which code?
import { fold, Refused, type Facts, type Recorded } from '@derbes/kernel';
import { catalogue, type RequestEvent } from '../catalogue.js';
import { isPast } from '../clock.js';
import { foldSubject, type SubjectFold } from '../subject-fold.js';
import { collected, newId, outside, sampleEdition, Teller } from '../testing.js';
import { type Right } from './events.js';
import { type FrozenAnswer, type ReceiveRequest, type RequestCommand, type RequestOutside } from './request-command.js';
import { requestDecider } from './request-decider.js';
import { dueOfRequest, foldRequest, openInquiries, requestStream, stageOf } from './request-state.js';

/** A Friday, ten in the morning in Almaty. */
const friday = '2026-11-20T05:00:00Z';
const later = (hours: number): string =>
  `${new Date(Date.parse(friday) + hours * 3_600_000).toISOString().slice(0, 19)}Z`;
const officer = '00000000-0000-4000-8000-000000000020';

const receive = (more: Partial<ReceiveRequest> = {}): ReceiveRequest => ({
  type: 'ReceiveRequest',
  right: 'know',
  channel: 'email',
  language: 'ru',
  received: friday,
  sealed: [],
  ...more,
});
const frozen = (more: Partial<FrozenAnswer> = {}): FrozenAnswer => ({
  hash: 'e'.repeat(64),
  projection: 'answer.1',
  holders: [],
  differences: [],
  sealed: [],
  ...more,
});
const answer = (more: object = {}) =>
  ({ type: 'AnswerRequest', outcome: 'fulfilled', how: 'email', frozen: frozen(), ...more }) as RequestCommand;
const refuse = (reason: string, more: object = {}) =>
  ({ type: 'RefuseRequest', reason, how: 'email', ...more }) as RequestCommand;
const signed = { method: 'signature', at: friday } as const;

/** One request, decided and recorded step by step. */
class Requesting {
  readonly request = newId();
  readonly events: RequestEvent[] = [];
  at = later(1);

  constructor(private readonly person?: Teller) {}

  get subject(): string {
    return this.person?.subject ?? newId();
  }

  decide(command: RequestCommand) {
    return requestDecider.decide(command, fold(requestDecider, this.events), this.outside);
  }

  do(command: RequestCommand): Facts {
    const [draft] = this.decide(command);
    if (!draft) throw new Error('nothing was decided');
    return this.record(draft.type, draft.facts as Facts, draft.occurred).facts;
  }

  record(type: string, facts: Facts, occurred = this.at): RequestEvent {
    catalogue.get(type).check(facts);
    const event: Recorded = {
      type,
      facts,
      id: newId(),
      stream: requestStream(this.request),
      revision: this.events.length,
      at: this.at,
      occurred,
      actor: 'officer',
      edition: sampleEdition,
      parts: [],
    };
    this.events.push(event as unknown as RequestEvent);
    return event as unknown as RequestEvent;
  }

  refusal(command: RequestCommand): string {
    try {
      this.decide(command);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  identify(): this {
    this.do({ type: 'VerifyIdentity', mark: 0, subject: this.subject, proofs: [signed] });
    return this;
  }

  get state() {
    return foldRequest(this.events);
  }

  private get outside(): RequestOutside {
    const person: SubjectFold | undefined = this.person && foldSubject(this.person.events);
    return { ...outside, at: this.at, request: this.request, person };
  }
}

function person(): Teller {
  const teller = new Teller();
  teller.tell('SubjectRegistered', { kind: 'person' }, '2026-02-01T00:00:00Z');
  teller.tell(
    'IdentifierLinked',
    { scheme: 'email', norm: '1', since: '2026-02-01T00:00:00Z' },
    '2026-02-01T00:00:00Z',
  );
  teller.tell('DataCollected', collected({ categories: ['email'] }), '2026-02-02T00:00:00Z');
  return teller;
}
const received = (more: Partial<ReceiveRequest> = {}, of = new Requesting(person())) => {
  of.do(receive(more));
  return of;
};
const identified = (more: Partial<ReceiveRequest> = {}) => received(more).identify();

describe('taking a request in', () => {
  it('is one event in its own stream, and no subject comes of it', () => {
    const one = new Requesting();
    const sealed = [
      { category: 'meta.request-text' as const, value: 0 },
      { category: 'meta.claimed' as const, value: 1 },
    ];
    const drafts = one.decide(receive({ sealed }));
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({
      type: 'RequestReceived',
      stream: `request-${one.request}`,
      occurred: friday,
      facts: { right: 'know', profiles: ['kz'], received: friday, behalf: 'self' },
      seals: sealed.map((seal) => ({ ...seal, owner: `request-${one.request}` })),
    });
  });
  it('puts it into the state `received`', () => {
    const one = received();
    expect(stageOf(one.state)).toBe('received');
    expect(stageOf(foldRequest([]))).toBeUndefined();
  });
  it('starts three working days for access: Monday, Tuesday, Wednesday', () => {
    expect(dueOfRequest(received().state)).toMatchObject({
      term: 'access',
      profile: 'kz',
      due: '2026-11-25T18:59:59Z',
    });
  });
  it.each<[Right, string[]]>([
    ['know', ['access']],
    ['change', ['correction']],
    ['supplement', ['correction']],
    ['block', ['blocking']],
    ['unblock', ['unblocking']],
    ['destroy', ['blocking', 'access']],
    ['delete', ['deletion']],
    ['anonymise', ['deletion']],
    ['restrict', ['deletion']],
    ['withdraw', ['withdrawal']],
    ['refuse-publication', ['withdrawal']],
    ['unpublish', ['unpublication']],
    ['explain', ['objection']],
    ['object', ['objection']],
    ['complaint', ['blocking', 'access']],
    ['damages', ['access']],
    ['portability', ['access']],
    ['object-processing', ['objection']],
  ])('for %s starts %j in Kazakhstan', (right, terms) => {
    expect(received({ right }).state.clocks.map(({ term }) => term)).toEqual(terms);
  });
  it.each<[Right, string]>([
    ['know', 'access'],
    ['portability', 'portability'],
    ['withdraw', 'access'],
    ['object-processing', 'objection'],
  ])('for %s starts %s under the GDPR', (right, term) => {
    expect(received({ right, profiles: ['gdpr'] }).state.clocks).toMatchObject([{ term, profile: 'gdpr' }]);
  });
  it('under two profiles starts both clocks, and the earlier binds', () => {
    const { state } = received({ profiles: ['gdpr', 'kz'] });
    expect(state.clocks.map(({ profile }) => profile)).toEqual(['gdpr', 'kz']);
    expect(dueOfRequest(state)?.profile).toBe('kz');
  });
  it('that lay for more than a working day is marked late, one that did not is not', () => {
    const one = new Requesting();
    one.at = '2026-11-24T05:00:00Z';
    expect(one.do(receive())).toMatchObject({ late: 'yes' });
    expect(received().events[0]?.facts).not.toHaveProperty('late');
  });
  it('twice under one id, from the future, under no profile or by nobody appointed is refused', () => {
    expect(received().refusal(receive())).toBe('REQUEST_TAKEN');
    expect(new Requesting().refusal(receive({ received: later(2) }))).toBe('RECEIVED_IN_FUTURE');
    expect(new Requesting().refusal(receive({ profiles: ['ccpa'] }))).toBe('PROFILE_UNKNOWN');
    expect(new Requesting().refusal(receive({ staff: newId() }))).toBe('STAFF_UNKNOWN');
    expect(new Requesting().do(receive({ staff: officer }))).toMatchObject({ staff: officer });
  });
  it('past the last year of the calendar is refused and not guessed', () => {
    const one = new Requesting();
    one.at = '2031-01-10T05:00:00Z';
    expect(one.refusal(receive({ received: '2031-01-10T05:00:00Z' }))).toBe('CALENDAR_ENDS');
  });
  it('for somebody else in the portal needs an authority; a letter is taken in and answered', () => {
    const portal = { behalf: 'other', channel: 'portal' } as const;
    expect(new Requesting(person()).refusal(receive(portal))).toBe('AUTHORITY_MISSING');
    expect(received({ behalf: 'other', channel: 'paper' }).state.received?.facts.behalf).toBe('other');
  });
});

describe('who asks', () => {
  it('is proved by what opens something of the person', () => {
    const one = identified();
    expect(stageOf(one.state)).toBe('identified');
    expect(one.state.identity).toMatchObject({
      outcome: 'proved',
      subject: one.subject,
      opens: { what: 'everything' },
    });
  });
  it('is not proved by nothing, and the request stays received and names no subject', () => {
    const one = received();
    expect(one.do({ type: 'VerifyIdentity', mark: 0, subject: one.subject, proofs: [] })).toEqual({
      methods: [],
      outcome: 'not-proved',
      opens: { what: 'nothing' },
    });
    expect(stageOf(one.state)).toBe('received');
  });
  it('may be looked at again, and the last look counts', () => {
    const one = received();
    one.do({ type: 'VerifyIdentity', mark: 0, subject: one.subject, proofs: [] });
    expect(one.identify().state.identity?.outcome).toBe('proved');
  });
  it('whom the ledger does not know is proved by what she showed, and nothing is opened', () => {
    const one = received({}, new Requesting());
    const facts = one.do({ type: 'VerifyIdentity', mark: 0, proofs: [{ method: 'mailbox', at: friday }] });
    expect(facts).toEqual({ methods: ['mailbox'], outcome: 'proved', opens: { what: 'nothing' } });
  });
  it('about a subject that does not exist or is erased is refused', () => {
    const one = received({}, new Requesting());
    expect(one.refusal({ type: 'VerifyIdentity', mark: 0, subject: newId(), proofs: [signed] })).toBe(
      'SUBJECT_UNKNOWN',
    );
    const erased = person();
    erased.tell('ErasureOrdered', { scope: 'person', ground: 'subject-request' }, '2026-11-01T00:00:00Z');
    const two = received({}, new Requesting(erased));
    expect(two.refusal({ type: 'VerifyIdentity', mark: 0, subject: two.subject, proofs: [signed] })).toBe(
      'SUBJECT_ERASED',
    );
  });
});

describe('a representative', () => {
  const recognise = (teller: Teller, scope?: object, more: object = {}) =>
    teller.tell(
      'RepresentativeRecognised',
      {
        representative: newId(),
        kind: 'attorney-in-fact',
        ...(scope && { scope: scope as Facts }),
        from: '2026-03-01T00:00:00Z',
        document: { kind: 'power-of-attorney', date: '2026-02-20' },
        ...more,
      },
      '2026-03-01T00:00:00Z',
    ).id;
  const asked = (scope?: object, more: Partial<ReceiveRequest> = {}, recognition: object = {}) => {
    const teller = person();
    const representative = recognise(teller, scope, recognition);
    const one = new Requesting(teller);
    one.do(receive({ behalf: 'other', channel: 'paper', representative, ...more }));
    return {
      one,
      verify: { type: 'VerifyIdentity', mark: 0, subject: teller.subject, proofs: [], representative } as const,
    };
  };

  it('sees what the scope names', () => {
    const { one, verify } = asked({ categories: ['email'] });
    expect(one.do(verify)).toMatchObject({
      methods: ['representative'],
      outcome: 'proved',
      opens: { what: 'scope', categories: ['email'] },
      representative: verify.representative,
    });
  });
  it('without a scope sees everything', () => {
    const { one, verify } = asked();
    expect(one.do(verify)).toMatchObject({ opens: { what: 'everything' } });
  });
  it('is refused a right, or a category, that the scope does not name', () => {
    const right = asked({ rights: ['withdraw'] });
    expect(right.one.refusal(right.verify)).toBe('AUTHORITY_MISSING');
    const category = asked({ categories: ['phone'] }, { categories: ['email'] });
    expect(category.one.refusal(category.verify)).toBe('AUTHORITY_MISSING');
  });
  it('whose authority is over, or whom nobody recognised, is refused', () => {
    const over = asked(undefined, {}, { until: '2026-06-01T00:00:00Z' });
    expect(over.one.refusal(over.verify)).toBe('AUTHORITY_MISSING');
    const { one, verify } = asked();
    expect(one.refusal({ ...verify, representative: newId() })).toBe('AUTHORITY_MISSING');
  });
  it('for whom nobody showed a document is no sender: a signature of her own does not open another', () => {
    const one = received({ behalf: 'other', channel: 'paper' });
    expect(one.refusal({ type: 'VerifyIdentity', mark: 0, subject: one.subject, proofs: [signed] })).toBe(
      'AUTHORITY_MISSING',
    );
    // Nor is it ever answered to whoever wrote it.
    const answered = answer({ outcome: 'nothing-held' });
    expect(one.refusal(answered)).toBe('IDENTITY_NOT_PROVED');
    expect(one.do(refuse('no-authority'))).toMatchObject({ reason: 'no-authority' });
  });
});

describe('a longer term', () => {
  const extend = { type: 'ExtendRequest', ground: 'complex' } as const;

  it('is unknown in Kazakhstan', () => {
    expect(received().refusal(extend)).toBe('EXTENSION_NOT_IN_LAW');
  });
  it('is two months more under the GDPR, once', () => {
    const one = received({ profiles: ['gdpr'] });
    const before = dueOfRequest(one.state)?.due ?? '';
    one.do(extend);
    expect(dueOfRequest(one.state)?.due.slice(0, 7)).toBe('2027-02');
    expect(before.slice(0, 7)).toBe('2026-12');
    expect(one.refusal(extend)).toBe('ALREADY_EXTENDED');
  });
  it('leaves the clock of a profile that knows none, which then binds', () => {
    const one = received({ profiles: ['gdpr', 'kz'] });
    one.do(extend);
    expect(dueOfRequest(one.state)).toMatchObject({ profile: 'kz', due: '2026-11-25T18:59:59Z' });
  });
  it('must be told within the first, and not in the future', () => {
    const one = received({ profiles: ['gdpr'] });
    one.at = '2027-01-15T05:00:00Z';
    expect(one.refusal(extend)).toBe('TERM_OVER');
    expect(one.refusal({ ...extend, told: '2027-02-01T00:00:00Z' })).toBe('DELIVERED_IN_FUTURE');
  });
});

describe('an answer', () => {
  it('needs to know whom it tells', () => {
    expect(received().refusal(answer())).toBe('IDENTITY_NOT_PROVED');
  });
  it.each<Right>(['complaint', 'damages'])('to a %s may go to whoever sent it', (right) => {
    expect(received({ right }).do(answer())).toMatchObject({ outcome: 'fulfilled' });
  });
  it('is sealed under the person’s key, says what left, when and how, and ends the request', () => {
    const one = identified();
    const sealed = [{ category: 'meta.answer', value: 0 }];
    const [draft] = one.decide(answer({ frozen: frozen({ sealed, head: { size: '7', root: `${'A'.repeat(43)}=` } }) }));
    expect(draft).toMatchObject({
      type: 'RequestAnswered',
      facts: { subject: one.subject, delivered: one.at, how: 'email', language: 'ru', head: { size: '7' } },
      seals: [{ category: 'meta.answer', value: 0, owner: `subject-${one.subject}` }],
    });
    one.do(answer());
    expect(stageOf(one.state)).toBe('answered');
  });
  it('that nothing is held has the same form and is sealed under the request’s own key', () => {
    const one = received({}, new Requesting());
    one.do({ type: 'VerifyIdentity', mark: 0, proofs: [{ method: 'mailbox', at: friday }] });
    const sealed = [{ category: 'meta.answer', value: 0 }];
    const [nothing] = one.decide(answer({ outcome: 'nothing-held', frozen: frozen({ sealed }) }));
    const [something] = identified().decide(answer({ frozen: frozen({ sealed }) }));
    expect(nothing?.seals).toEqual([{ ...sealed[0], owner: `request-${one.request}` }]);
    const fields = (facts: unknown) => Object.keys(facts as object).filter((name) => name !== 'subject');
    expect(fields(nothing?.facts)).toEqual(fields(something?.facts));
  });
  it('that nothing is held cannot bring values', () => {
    const sealed = [{ category: 'meta.answer.email', value: 0 }];
    const command = answer({ outcome: 'nothing-held', frozen: frozen({ sealed }) });
    expect(identified().refusal(command)).toBe('OUTCOME_CONTRADICTS');
  });
  it('is in the language of the request or in Kazakh', () => {
    expect(identified({ language: 'en' }).do(answer())).toMatchObject({ language: 'en' });
    expect(identified({ language: 'en' }).do(answer({ language: 'kk' }))).toMatchObject({ language: 'kk' });
    expect(identified({ language: 'en' }).refusal(answer({ language: 'ru' }))).toBe('LANGUAGE_NOT_ASKED');
  });
  it('has not left tomorrow', () => {
    expect(identified().refusal(answer({ delivered: later(48) }))).toBe('DELIVERED_IN_FUTURE');
  });
  it('after an answer, or after a refusal, is refused', () => {
    const one = identified();
    one.do(answer());
    expect(one.refusal(answer())).toBe('REQUEST_ANSWERED');
    const two = identified();
    two.do(refuse('manifestly-unfounded'));
    expect(two.refusal(answer())).toBe('REQUEST_REFUSED');
  });
  it('of a request that nobody received is refused', () => {
    expect(new Requesting().refusal(answer())).toBe('REQUEST_UNKNOWN');
  });
});

describe('an answer while holders are asked', () => {
  const asked = () => {
    const one = identified();
    const cause = one.state.identity?.event ?? '';
    const task = one.record('TaskOrdered', { kind: 'report', holder: 'crm', cause, request: one.request, by: 'poll' });
    return { one, task: task.id };
  };

  it('needs a reason while one is open', () => {
    const { one, task } = asked();
    expect(openInquiries(one.state).map(({ event }) => event)).toEqual([task]);
    expect(one.refusal(answer())).toBe('TASKS_OPEN');
    expect(one.do(answer({ reason: 'term-ends' }))).toMatchObject({ open: [task], reason: 'term-ends' });
  });
  it('needs none when all said what they have', () => {
    const { one, task } = asked();
    const said = { result: 'nothing-held', by: 'poll', proof: 'key', happened: one.at };
    one.record('TaskAcknowledged', { task, ...said });
    expect(openInquiries(one.state)).toEqual([]);
    const holders = [{ holder: 'crm', said: 'confirmed' as const, confirmed: one.at, task }];
    expect(one.do(answer({ frozen: frozen({ holders }) }))).toMatchObject({ complete: 'yes', holders });
  });
  it('says that it is not complete when one was silent', () => {
    const { one, task } = asked();
    const holders = [{ holder: 'crm', said: 'silent' as const, task }];
    const facts = one.do(answer({ reason: 'term-ends', frozen: frozen({ holders }) }));
    expect(facts).toMatchObject({ complete: 'no' });
  });
  it('needs a reason for tasks elsewhere that the right began', () => {
    const open = [newId()];
    expect(identified().refusal(answer({ open }))).toBe('TASKS_OPEN');
    expect(identified().do(answer({ open, reason: 'cannot-be-reached' }))).toMatchObject({ open });
  });
});

describe('a refusal', () => {
  it('for want of identity on the last day is reasoned and says how to prove it: there is no pause', () => {
    const one = received();
    one.do({ type: 'VerifyIdentity', mark: 0, subject: one.subject, proofs: [] });
    one.at = '2026-11-25T12:00:00Z';
    const due = dueOfRequest(one.state);
    expect(due && isPast(due, one.at)).toBe(false);
    const law = { act: '94-V', article: '10(2)' };
    expect(one.do(refuse('identity-not-proved', law))).toEqual({
      reason: 'identity-not-proved',
      ...law,
      prove: ['second-identifier', 'signature', 'presence'],
      delivered: one.at,
      how: 'email',
      language: 'ru',
    });
    expect(stageOf(one.state)).toBe('refused');
  });
  it('for want of identity is refused where it was proved', () => {
    expect(identified().refusal(refuse('identity-not-proved'))).toBe('IDENTITY_PROVED');
  });
  it.each(['law-forbids', 'law-requires-processing'])('because %s names the law', (reason) => {
    expect(identified().refusal(refuse(reason))).toBe('LAW_MISSING');
    expect(identified().do(refuse(reason, { act: '94-V', article: '8(2)' }))).toMatchObject({ article: '8(2)' });
  });
  it('after an answer or a refusal is refused', () => {
    const one = identified();
    one.do(answer());
    expect(one.refusal(refuse('not-unlawful'))).toBe('REQUEST_ANSWERED');
    const two = received();
    two.do(refuse('no-authority'));
    expect(two.refusal(refuse('no-authority'))).toBe('REQUEST_REFUSED');
    expect(two.refusal({ type: 'VerifyIdentity', mark: 0, proofs: [signed] })).toBe('REQUEST_REFUSED');
    expect(two.refusal({ type: 'ExtendRequest', ground: 'number' })).toBe('REQUEST_REFUSED');
  });
  it('of a request that nobody received is refused', () => {
    expect(new Requesting().refusal(refuse('no-authority'))).toBe('REQUEST_UNKNOWN');
  });
});

describe('an answer that reached the wrong person', () => {
  const report = (more: object = {}) =>
    ({ type: 'ReportMisdirected', ground: 'wrong-address', ...more }) as RequestCommand;

  it('is recorded with the moment, the ground and whose data left: an incident can begin with it', () => {
    const one = identified();
    one.do(answer());
    const [, , answered] = one.events;
    const other = newId();
    expect(one.do(report({ affected: [other] }))).toEqual({
      answer: answered?.id,
      detected: one.at,
      ground: 'wrong-address',
      affected: [one.subject, other].sort(),
    });
    expect(one.state.misdirected).toHaveLength(1);
    expect(stageOf(one.state)).toBe('answered');
  });
  it('is recorded once for one ground and the same people', () => {
    const one = identified();
    one.do(answer());
    one.do(report());
    expect(one.decide(report())).toEqual([]);
  });
  it('is refused where no answer left, where it told of nobody, and from the future', () => {
    expect(identified().refusal(report())).toBe('NOT_ANSWERED');
    const one = received({ right: 'complaint' }, new Requesting());
    one.do(answer());
    expect(one.refusal(report())).toBe('NOBODY_AFFECTED');
    expect(one.refusal(report({ affected: [newId()], detected: later(99) }))).toBe('DELIVERED_IN_FUTURE');
  });
});
