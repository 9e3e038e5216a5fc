// By when is a person told that her data was passed on, of what not, by which article, and what is found where she was not?
import { Refused, type Facts } from '@derbes/kernel';
import { builtInCalendars, builtInProfile, declared, type Policy } from '@derbes/policy';
import { type Outside } from '../case.js';
import { type SubjectEvent } from '../catalogue.js';
import { foldSubject, joinFolds, type SubjectFold } from '../subject-fold.js';
import { foldRegisters } from '../registers.js';
import {
  consented,
  documents,
  minute,
  newId,
  outside as sampleOutside,
  registered,
  registerEvents,
  samplePolicy,
  Teller,
} from '../testing.js';
import { sampleSha256, sampleUuid } from '../vocabulary.js';
import {
  judgeNotices,
  noticeDuties,
  noticeDrafts,
  planNotice,
  sentNotices,
  tellNotice,
  type NoticeDuty,
} from './index.js';

const began = '2026-01-01T00:00:00Z';
const recipient = (code: string, kind: string) =>
  registered(
    'RecipientRegistered',
    { recipient: code, class: kind, country: 'KZ', categories: ['provided'], purposes: ['account'] },
    `recipient-${newId()}`,
    began,
  );
const events = [...registerEvents, recipient('tax-office', 'state-body'), recipient('own-notary', 'hosting-cloud')];
const outside: Outside = { ...sampleOutside, registers: foldRegisters(events) };

/** The sample policy with an entry about notices, under a document of its own. */
function saying(entry: NonNullable<Policy['transfer_notices']>) {
  const document = sampleSha256('5');
  const policy = declared({ ...samplePolicy, transfer_notices: entry });
  const told: Outside = {
    registers: outside.registers,
    documents: { ...documents, policy: (sha256) => (sha256 === document ? policy : documents.policy(sha256)) },
  };
  return { document, told };
}

const transferred = (facts: Facts = {}): Facts => ({
  categories: ['full-name'],
  purposes: ['payment'],
  basis: { code: 'consent' },
  recipient: 'good-bank',
  country: 'KZ',
  mode: 'sent',
  ...facts,
});

const fold = (to: Teller): SubjectFold => foldSubject(to.events);
const only = (to: Teller, by: Outside = outside): NoticeDuty => {
  const [first, ...others] = noticeDuties(fold(to), by);
  if (!first || others.length > 0) throw new Error('the story tells of one transfer');
  return first;
};
const brief = ({ spared, article, clock }: NoticeDuty) => `${spared ?? 'owed'} ${article} ${clock?.due ?? '-'}`;
const found = (to: Teller, now: string, by: Outside = outside) =>
  judgeNotices(fold(to), by, now).map(({ id, code, clause, article }) => ({ id, code, clause, article }));

/** Told by somebody else's system: the sample's sources speak of their own transfers. */
const toldOf = (to: Teller, transfers: readonly SubjectEvent[], occurred: string) =>
  to.tell(
    'SubjectNotified',
    { about: 'transfer', channel: 'email', transfers: transfers.map(({ id }) => id) },
    occurred,
  );

describe('a transfer to a third party', () => {
  it.each([
    ['on a Friday', '2026-11-20T09:00:00Z', '2026-12-04T18:59:59Z'],
    ['before a holiday', '2026-12-04T09:00:00Z', '2026-12-21T18:59:59Z'],
    ['on a Sunday', '2026-11-22T09:00:00Z', '2026-12-04T18:59:59Z'],
    ['in the first hour of a day in Kazakhstan', '2026-11-19T19:00:00Z', '2026-12-04T18:59:59Z'],
    ['in the hour before', '2026-11-19T18:59:59Z', '2026-12-03T18:59:59Z'],
    ['before Nauryz', '2026-03-13T09:00:00Z', '2026-04-01T18:59:59Z'],
  ])('%s is told within ten working days', (_, occurred, due) => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(), occurred);
    expect(brief(only(to))).toBe(`owed 94-V:19(1) ${due}`);
  });

  it('is found past the last second of the last day, by clause and article, and not in that second', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    expect(found(to, '2026-12-04T18:59:59Z')).toEqual([]);
    expect(found(to, '2026-12-04T19:00:00Z')).toEqual([
      {
        id: `${transfer.id}:TRANSFER_NOT_NOTIFIED:-:-`,
        code: 'TRANSFER_NOT_NOTIFIED',
        clause: '6',
        article: '94-V:19(1)',
      },
    ]);
  });

  it('is found no more once she was told, and stays late when that was late', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const notice = toldOf(to, [transfer], '2026-12-07T09:00:00Z');
    expect(found(to, '2027-01-01T00:00:00Z')).toEqual([]);
    expect(only(to).told).toEqual({ event: notice.id, moment: '2026-12-07T09:00:00Z', channel: 'email', late: true });
  });

  it('is in time when she was told in its last second', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    toldOf(to, [transfer], '2026-12-04T18:59:59Z');
    expect(only(to).told?.late).toBe(false);
  });

  it('is owed again when the notice, or its naming this transfer, was told in error', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const notice = toldOf(to, [transfer], '2026-11-23T09:00:00Z');
    to.tell(
      'FactRetracted',
      { fact: notice.id, type: 'SubjectNotified', ground: 'told-in-error' },
      '2026-11-24T09:00:00Z',
    );
    expect(found(to, '2026-12-07T09:00:00Z')).toHaveLength(1);
  });

  it('is told of no more when it never happened', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    to.tell('FactRetracted', { fact: transfer.id, type: 'DataTransferred', ground: 'told-in-error' });
    expect(noticeDuties(fold(to), outside)).toEqual([]);
  });

  it('is told by a notice to whom she was merged into, and owed again when they are two', () => {
    const one = new Teller();
    const transfer = one.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const survivor = new Teller();
    toldOf(survivor, [transfer], '2026-11-24T09:00:00Z');
    const [together] = noticeDuties(joinFolds(fold(survivor), fold(one)), outside);
    expect(together?.told).toBeDefined();
    expect(found(one, '2026-12-07T09:00:00Z')).toHaveLength(1);
  });

  it('is told by the first notice that names it, whatever a later one says', () => {
    const to = new Teller();
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    toldOf(to, [transfer], '2026-12-30T09:00:00Z');
    toldOf(to, [transfer], '2026-11-24T09:00:00Z');
    expect(only(to).told).toMatchObject({ moment: '2026-11-24T09:00:00Z', late: false });
  });
});

describe('of what a state body got, and of the like', () => {
  it.each([
    ['a class of that name', { recipient: 'tax-office' }, 'state-body 94-V:19(2)(1) -'],
    ['a court or the police, whoever they are', { basis: { code: 'kz.9.1' } }, 'state-body 94-V:19(2)(1) -'],
    ['the policy’s own word for that alone', { basis: { code: 'by-court' } }, 'state-body 94-V:19(2)(1) -'],
    ['state statistics', { basis: { code: 'kz.9.2' } }, 'statistics-sociology-science 94-V:19(2)(2) -'],
  ])('nobody is told: %s', (_, facts, says) => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(facts), '2026-11-20T09:00:00Z');
    expect(brief(only(to))).toBe(says);
    expect(found(to, '2027-06-01T00:00:00Z')).toEqual([]);
  });

  it('a word of the policy that stands for many cases spares nothing', () => {
    const to = new Teller();
    to.tell('DataTransferred', transferred({ basis: { code: 'legal-obligation' } }), '2026-11-20T09:00:00Z');
    expect(only(to).spared).toBeUndefined();
  });

  it('the edition says which of its classes is such a case', () => {
    const { document, told } = saying({
      tell: 'always',
      made: 'by-officer',
      exceptions: [{ case: 'notary', recipients: ['hosting-cloud'] }],
    });
    const to = new Teller(newId(), document);
    to.tell('DataTransferred', transferred({ recipient: 'own-notary' }), '2026-11-20T09:00:00Z');
    expect(brief(only(to, told))).toBe('notary 94-V:19(2)(1) -');
  });
});

describe('where the edition says otherwise', () => {
  it('nobody is told, by its own word', () => {
    const { document, told } = saying({ tell: 'never', made: 'by-officer' });
    const to = new Teller(newId(), document);
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    expect(brief(only(to, told))).toBe('edition 94-V:19(1) -');
  });

  it('she is told where she asked for it, from then on', () => {
    const { document, told } = saying({ tell: 'where-agreed', made: 'by-officer' });
    const to = new Teller(newId(), document);
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    to.tell('ConsentGiven', consented({ other: ['notify-on-transfer'] }), '2026-11-23T09:00:00Z');
    to.tell('DataTransferred', transferred(), '2026-11-24T09:00:00Z');
    expect(noticeDuties(fold(to), told).map(brief)).toEqual([
      'not-agreed 94-V:19(1) -',
      'owed 94-V:19(1) 2026-12-08T18:59:59Z',
    ]);
  });

  it('the law of another jurisdiction has no such duty', () => {
    const to = new Teller(newId(), sampleSha256('e'));
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    expect(only(to).spared).toBe('no-duty');
  });
});

describe('the due moment', () => {
  const calendarOf = (version: string, days: object) => ({ ...builtInCalendars[0], version, ...days });
  const republished = (at: string, document: string) =>
    registered('CalendarPublished', { document, calendar: 'kz', version: '2' }, 'policy', at);
  const corrected = sampleSha256('3');

  it('is not moved by a calendar that was published after the transfer was recorded, and is by one before', () => {
    const [first] = builtInCalendars;
    if (!first) throw new Error('a calendar comes with the program');
    const more = {
      date: '2026-11-23',
      kind: 'off',
      reason: 'carried-over',
      act: 'sample',
      article: '1',
      confidence: 'M',
    };
    const years = calendarOf('2', { days: [...first.days, { ...first.days[0], ...more }] });
    const calendar = (sha256: string) => (sha256 === corrected ? (years as typeof first) : documents.calendar(sha256));
    const by = (at: string): Outside => ({
      registers: foldRegisters([...events, republished(at, corrected)]),
      documents: { ...documents, calendar },
    });
    const to = new Teller();
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    expect(only(to, by('2026-11-21T00:00:00Z')).clock?.due).toBe('2026-12-04T18:59:59Z');
    expect(only(to, by('2026-11-19T00:00:00Z')).clock?.due).toBe('2026-12-07T18:59:59Z');
  });

  it('is not known, and nothing is late, while no calendar reaches that far', () => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(), '2028-12-29T09:00:00Z');
    expect(brief(only(to))).toBe('owed 94-V:19(1) -');
    expect(found(to, '2030-01-01T00:00:00Z')).toEqual([]);
  });

  it('names the term, the profile and the calendar that it was counted by', () => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    expect(only(to).clock).toEqual({
      term: 'transfer-notice',
      profile: 'kz',
      version: '1',
      calendar: sampleSha256('9'),
      from: '2026-11-20T09:00:00Z',
      due: '2026-12-04T18:59:59Z',
    });
    expect(builtInProfile('kz').terms?.find(({ code }) => code === 'transfer-notice')?.amount).toBe(10);
  });
});

describe('of the dead', () => {
  const died = (to: Teller, occurred: string) =>
    to.tell(
      'SubjectStatusChanged',
      { status: 'deceased', document: { kind: 'death-certificate', date: '2026-11-24' } },
      occurred,
    );

  it('nobody is told what was not due when she died', () => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    died(to, '2026-11-25T09:00:00Z');
    expect(only(to)).toMatchObject({ spared: 'deceased', article: '94-V:7(2)' });
    expect(found(to, '2027-01-01T00:00:00Z')).toEqual([]);
  });

  it('what was late before she died stays found', () => {
    const to = new Teller();
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    died(to, '2026-12-10T09:00:00Z');
    expect(found(to, '2027-01-01T00:00:00Z')).toHaveLength(1);
  });
});

const at = '2026-11-25T09:00:00Z';
const by = (told: Outside = outside, parts: { event: string; p: string; owner: string; category: string }[] = []) => ({
  ...told,
  at,
  parts,
});
const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof Refused) return [error.code, ...Object.values(error.facts ?? {})].join(' ');
    throw error;
  }
  return 'nothing';
};
const begin = (to: Teller) => to.tell('SubjectRegistered', { kind: 'person' }, '2026-11-19T09:00:00Z');
const folds = (to: Teller) => new Map([[to.subject, fold(to)]]);
const plan = (to: Teller, told: Outside = outside, parts: Parameters<typeof by>[1] = []) =>
  planNotice({ subject: to.subject }, folds(to), by(told, parts));

describe('a notice', () => {
  const notice = sampleUuid(900);
  const prepared = (to: Teller, transfers: readonly SubjectEvent[], id = newId()) =>
    to.tell(
      'NoticePrepared',
      { transfers: transfers.map((one) => one.id), language: 'ru', hash: sampleSha256('8'), made: 'by-officer' },
      '2026-11-24T09:00:00Z',
      { id },
    );

  it('names every transfer that is owed and not under way, with the clock that ends first', () => {
    const to = new Teller();
    begin(to);
    const first = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    to.tell('DataTransferred', transferred({ recipient: 'tax-office' }), '2026-11-20T10:00:00Z');
    const third = to.tell('DataTransferred', transferred(), '2026-11-23T09:00:00Z');
    const under = to.tell('DataTransferred', transferred(), '2026-11-23T10:00:00Z');
    prepared(to, [under]);
    const made = plan(to);
    expect(made.duties.map(({ transfer }) => transfer.id)).toEqual([first.id, third.id]);
    expect(made.clock?.due).toBe('2026-12-04T18:59:59Z');
    const [event, ...others] = noticeDrafts(
      { plan: made, notice, language: 'kk', hash: sampleSha256('8'), chunks: 2, made: 'by-officer' },
      folds(to),
      by(),
    );
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: notice,
      type: 'NoticePrepared',
      facts: { transfers: [first.id, third.id], language: 'kk', made: 'by-officer' },
      seals: [
        { category: 'meta.notice', value: 0 },
        { category: 'meta.notice', value: 1 },
      ],
    });
  });

  it('is made anew when somebody asks for that, and when whoever was to send it let it go', () => {
    const to = new Teller();
    begin(to);
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const { id } = prepared(to, [transfer]);
    expect(refusal(() => plan(to))).toBe(`NOTHING_TO_TELL ${to.subject}`);
    expect(planNotice({ subject: to.subject, anew: true }, folds(to), by()).duties).toHaveLength(1);
    const task = to.tell(
      'TaskOrdered',
      { kind: 'notify', holder: 'mailer', cause: id, by: 'webhook' },
      '2026-11-24T09:00:01Z',
    );
    expect(refusal(() => plan(to))).toBe(`NOTHING_TO_TELL ${to.subject}`);
    to.tell('TaskClosed', { task: task.id, reason: 'system-switched-off' }, '2026-11-24T10:00:00Z');
    expect(plan(to).duties).toHaveLength(1);
  });

  it('is sent by the holder that the edition names, to the addresses that it has of her', () => {
    const { document, told } = saying({ tell: 'always', made: 'by-itself', through: 'mailer' });
    const inForce = registered(
      'PolicyPublished',
      { document, edition: 'sample-9', inForce: '2026-11-01T00:00:00Z', assertedBy: 'officer', languages: ['ru'] },
      'policy',
      began,
    );
    const sending: Outside = { ...told, registers: foldRegisters([...events, inForce]) };
    const to = new Teller(newId(), document);
    begin(to);
    const link = to.tell(
      'IdentifierLinked',
      { scheme: 'email', norm: '1', since: '2026-11-19T09:00:00Z' },
      '2026-11-19T09:00:00Z',
    );
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const parts = [{ event: link.id, p: '0', owner: `subject-${to.subject}`, category: 'email' }];
    expect(plan(to, sending).through).toBeUndefined();
    expect(planNotice({ subject: to.subject, byHand: true }, folds(to), by(sending, parts)).through).toBeUndefined();
    const made = plan(to, sending, parts);
    expect(made.through).toBe('mailer');
    const drafts = noticeDrafts(
      { plan: made, notice, language: 'ru', hash: sampleSha256('8'), chunks: 1, made: 'by-itself' },
      folds(to),
      by(sending, parts),
    );
    expect(drafts[1]).toMatchObject({
      type: 'TaskOrdered',
      facts: { kind: 'notify', holder: 'mailer', parts: [`${link.id}/0`], values: [`${notice}/0`], cause: notice },
    });
  });

  it.each([
    ['nobody whom the ledger knows', (to: Teller) => to.events.splice(0), 'SUBJECT_UNKNOWN'],
    ['somebody who is to be erased', (to: Teller) => to.tell('ErasureOrdered', erasure, at), 'SUBJECT_ERASED'],
  ])('is not made for %s', (_, happens, code) => {
    const to = new Teller();
    begin(to);
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    happens(to);
    expect(refusal(() => plan(to))).toContain(code);
  });

  it('is recorded as told once, with its transfers and hash, and ends the task of whoever was to send it', () => {
    const to = new Teller();
    begin(to);
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const { id } = prepared(to, [transfer]);
    const task = to.tell(
      'TaskOrdered',
      { kind: 'notify', holder: 'mailer', cause: id, by: 'person' },
      '2026-11-24T09:00:01Z',
    );
    const tell = (more: object = {}) =>
      tellNotice({ subject: to.subject, notice: id, channel: 'post', ...more }, fold(to), by());
    expect(refusal(() => tell({ notice: newId() }))).toContain('NOTICE_UNKNOWN');
    expect(refusal(() => tell({ happened: '2026-11-25T09:00:01Z' }))).toContain('HAPPENED_IN_FUTURE');
    expect(refusal(() => tell({ happened: '2026-11-24T08:59:59Z' }))).toContain('HAPPENED_BEFORE_NOTICE');
    expect(refusal(() => tell({ staff: newId() }))).toContain('STAFF_UNKNOWN');
    const drafts = tell({ happened: '2026-11-24T12:00:00Z', reference: 0, referenceOwner: `organisation-${newId()}` });
    expect(drafts).toMatchObject([
      {
        type: 'SubjectNotified',
        occurred: '2026-11-24T12:00:00Z',
        facts: { about: 'transfer', channel: 'post', transfers: [transfer.id], notice: id, hash: sampleSha256('8') },
        seals: [{ category: 'meta.reference', value: 0 }],
      },
      { type: 'TaskClosed', facts: { task: task.id, reason: 'told-otherwise' } },
    ]);
    for (const { type, facts, occurred } of drafts) to.tell(type as SubjectEvent['type'], facts, occurred);
    expect(refusal(() => tell())).toContain('NOTICE_TOLD');
    expect(only(to).told).toMatchObject({ channel: 'post', late: false });
  });

  it('that its sender says was sent is to be recorded as told at that moment, until it is', () => {
    const to = new Teller();
    begin(to);
    const transfer = to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    const { id } = prepared(to, [transfer]);
    const task = to.tell(
      'TaskOrdered',
      { kind: 'notify', holder: 'mailer', cause: id, by: 'webhook' },
      '2026-11-24T09:00:01Z',
    );
    expect(sentNotices(fold(to))).toEqual([]);
    to.tell(
      'TaskAcknowledged',
      { task: task.id, result: 'done', by: 'webhook', proof: 'hmac', happened: '2026-11-24T09:05:00Z' },
      '2026-11-24T09:06:00Z',
    );
    expect(sentNotices(fold(to))).toEqual([{ notice: id, channel: 'mailer', happened: '2026-11-24T09:05:00Z' }]);
    const drafts = sentNotices(fold(to)).flatMap((sent) =>
      tellNotice({ subject: to.subject, ...sent }, fold(to), by()),
    );
    expect(drafts.map(({ type }) => type)).toEqual(['SubjectNotified']);
    for (const { type, facts, occurred } of drafts) to.tell(type as SubjectEvent['type'], facts, occurred);
    expect(sentNotices(fold(to))).toEqual([]);
  });
});

const erasure = { scope: 'person', ground: 'subject-request' };

describe('who is told', () => {
  const child = (to: Teller, age: '14' | '18', on: string) =>
    to.tell(
      'SubjectStatusChanged',
      { status: 'minor', turns: { age, on }, document: { kind: 'birth-certificate', date: '2026-11-19' } },
      '2026-11-19T10:00:00Z',
    );
  const parent = (to: Teller, more: Facts = {}) =>
    to.tell(
      'RepresentativeRecognised',
      {
        representative: sampleUuid(77),
        kind: 'parent',
        from: '2026-11-19T10:00:00Z',
        document: { kind: 'birth-certificate', date: '2026-11-19' },
        ...more,
      },
      '2026-11-19T10:00:01Z',
    );
  const story = () => {
    const to = new Teller();
    begin(to);
    to.tell('DataTransferred', transferred(), '2026-11-20T09:00:00Z');
    return to;
  };

  it('is she herself', () => {
    expect(plan(story()).representation).toBeUndefined();
  });

  it('is a child’s parent, and nobody while no representative is recognised', () => {
    const to = story();
    child(to, '14', '2030-05-01');
    expect(refusal(() => plan(to))).toBe('NOBODY_TO_TELL no-representative');
    const recognised = parent(to);
    expect(plan(to).representation?.event).toBe(recognised.id);
  });

  it('is no parent who may not see what the notice says', () => {
    const to = story();
    child(to, '14', '2030-05-01');
    parent(to, { scope: { categories: ['email'] } });
    expect(refusal(() => plan(to))).toBe('NOBODY_TO_TELL no-representative');
  });

  it('is a young person herself where no representative is recognised', () => {
    const to = story();
    child(to, '18', '2028-05-01');
    expect(plan(to).representation).toBeUndefined();
  });

  it('is nobody for the dead whose notices were late', () => {
    const to = new Teller();
    begin(to);
    to.tell('DataTransferred', transferred(), '2026-10-01T09:00:00Z');
    to.tell(
      'SubjectStatusChanged',
      { status: 'deceased', document: { kind: 'death-certificate', date: '2026-11-01' } },
      '2026-11-20T10:00:00Z',
    );
    expect(refusal(() => plan(to))).toBe('NOBODY_TO_TELL deceased');
  });
});

it('a story of many transfers is looked through once for each', () => {
  const to = new Teller();
  for (let n = 0; n < 300; n++) to.tell('DataTransferred', transferred(), minute(n));
  toldOf(to, to.events.slice(0, 100), '2026-11-21T09:00:00Z');
  expect(noticeDuties(fold(to), outside).filter(({ told }) => told)).toHaveLength(100);
});
