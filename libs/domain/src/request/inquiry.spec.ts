// Who is asked what is held, by which identifiers, and what is made of the answers?
import { foldSubject, type SubjectFold } from '../subject-fold.js';
import { tasksAmong } from '../task/state.js';
import { collected, minute, newId, outside, Teller } from '../testing.js';
import { differencesOf, holdersSaid, inquiriesFor } from './inquiry.js';

const request = newId();
const cause = newId();
const at = '2026-03-20T09:00:00Z';

function person() {
  const teller = new Teller();
  teller.tell('SubjectRegistered', { kind: 'person' });
  const account = teller.tell('IdentifierLinked', { scheme: 'account', norm: '1', since: minute(0) }).id;
  const mailbox = teller.tell('IdentifierLinked', { scheme: 'email', norm: '1', since: minute(0) }).id;
  teller.tell('DataCollected', collected({ categories: ['email', 'phone'], holder: 'crm' }));
  const owner = `subject-${teller.subject}`;
  const parts = [account, mailbox].map((event) => ({ event, p: '0', owner, category: 'account' }));
  return { fold: foldSubject(teller.events), account, mailbox, parts };
}
const asking = (more: object) => ({
  request,
  cause,
  opens: { what: 'everything' as const },
  parts: [],
  claimed: [],
  ...more,
});

/** Tasks of both holders, each with what it said. */
function asked(said: Readonly<Record<string, object | undefined>>) {
  const events = ['cloud', 'crm'].flatMap((holder) => {
    const task = newId();
    const common = { id: task, stream: `request-${request}`, occurred: at, parts: [] };
    const ordered = { ...common, type: 'TaskOrdered', facts: { kind: 'report', holder, cause, by: 'poll' } };
    const answer = said[holder];
    if (!answer) return [ordered];
    const facts = { task, by: 'poll', proof: 'key', happened: at, ...answer };
    return [ordered, { ...common, id: newId(), type: 'TaskAcknowledged', facts }];
  });
  return tasksAmong(events);
}
const reported = (...held: string[]) => ({ result: 'reported', held });
const differences = (said: Parameters<typeof asked>[0], fold?: SubjectFold) => differencesOf(asked(said), fold);

describe('an inquiry', () => {
  it('goes to every registered holder, also to those that the ledger knows nothing of', () => {
    const { fold, parts, account, mailbox } = person();
    const drafts = inquiriesFor(asking({ parts }), fold, outside, at);
    expect(drafts.map(({ facts }) => facts)).toEqual([
      { kind: 'report', holder: 'cloud', parts: [`${account}/0`, `${mailbox}/0`], cause, request, by: 'person' },
      { kind: 'report', holder: 'crm', parts: [`${account}/0`, `${mailbox}/0`], cause, request, by: 'person' },
    ]);
    expect(drafts.every(({ stream }) => stream === `request-${request}`)).toBe(true);
  });
  it('names only the identifiers under which the answer is opened', () => {
    const { fold, parts, mailbox } = person();
    const opens = { what: 'links', links: [mailbox] };
    const [first] = inquiriesFor(asking({ parts, opens }), fold, outside, at);
    expect(first?.facts).toMatchObject({ parts: [`${mailbox}/0`] });
  });
  it('about somebody whom the ledger does not know names what the request claims', () => {
    const claimed = [`${newId()}/1`];
    const [first] = inquiriesFor(asking({ claimed, opens: { what: 'nothing' } }), undefined, outside, at);
    expect(first?.facts).toMatchObject({ parts: claimed });
  });
  it('carries the clock of the answer', () => {
    const clock = { term: 'access', profile: 'kz', version: '3', from: at, due: '2026-03-27T18:59:59Z' };
    const [first] = inquiriesFor(asking({ clock }), undefined, outside, at);
    expect(first?.facts).toMatchObject({ clock });
  });
});

describe('what holders said', () => {
  it('is confirmed on a date, refused, or nothing', () => {
    const said = holdersSaid(asked({ crm: { result: 'nothing-held' } }));
    expect(said).toMatchObject([
      { holder: 'cloud', said: 'silent' },
      { holder: 'crm', said: 'confirmed', confirmed: at },
    ]);
    expect(said[0]).not.toHaveProperty('confirmed');
    expect(holdersSaid(asked({ crm: { result: 'refused', reason: 'busy' } }))[1]?.said).toBe('refused');
  });
});

describe('differences to what the ledger was told', () => {
  it('are none where a holder has what was told', () => {
    expect(differences({ crm: reported('email', 'phone') }, person().fold)).toEqual([]);
  });
  it('name what a holder has and nobody told', () => {
    expect(differences({ cloud: reported('email') }, person().fold)).toEqual([
      { code: 'UNTOLD_HOLDING', holder: 'cloud', categories: ['email'] },
    ]);
  });
  it('name what was told and is there no longer', () => {
    expect(differences({ crm: reported('email') }, person().fold)).toEqual([
      { code: 'HOLDING_GONE', holder: 'crm', categories: ['phone'] },
    ]);
    expect(differences({ crm: { result: 'nothing-held' } }, person().fold)).toEqual([
      { code: 'HOLDING_GONE', holder: 'crm', categories: ['email', 'phone'] },
    ]);
  });
  it('are found where the ledger knows nobody', () => {
    expect(differences({ crm: reported('full-name') })).toEqual([
      { code: 'UNTOLD_HOLDING', holder: 'crm', categories: ['full-name'] },
    ]);
  });
  it('take a group for what is in it', () => {
    const teller = new Teller();
    teller.tell('DataCollected', collected({ categories: ['requisites.iban'], holder: 'crm' }));
    expect(differences({ crm: reported('requisites') }, foldSubject(teller.events))).toEqual([]);
  });
  it('are not concluded from silence or a refusal', () => {
    expect(differences({ crm: { result: 'refused', reason: 'busy' } }, person().fold)).toEqual([]);
    expect(differences({}, person().fold)).toEqual([]);
  });
});
