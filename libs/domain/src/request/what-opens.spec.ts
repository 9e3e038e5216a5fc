// What does each proof of who somebody is open, and what does it leave shut?
import { foldSubject } from '../subject-fold.js';
import { collected, newId, Teller } from '../testing.js';
import { openedEvents, whatOpens, type Proof } from './what-opens.js';

const day = (n: number): string => `2026-03-${String(n).padStart(2, '0')}T09:00:00Z`;
const linked = (teller: Teller, scheme: string, since: string) =>
  teller.tell('IdentifierLinked', { scheme, norm: '1', since }, since).id;

/** Known by an account since the 1st, by a mailbox since the 10th. */
function person() {
  const teller = new Teller();
  teller.tell('SubjectRegistered', { kind: 'person' }, day(1));
  const account = linked(teller, 'account', day(1));
  const early = teller.tell('DataCollected', collected({ categories: ['phone'] }), day(5));
  const mailbox = linked(teller, 'email', day(10));
  const late = teller.tell('DataCollected', collected({ categories: ['email'] }), day(12));
  return { teller, account, mailbox, early, late, fold: () => foldSubject(teller.events) };
}
const shown = (method: Proof['method'], link?: string, at = day(20)): Proof => ({ method, at, ...(link && { link }) });

describe('what proofs open', () => {
  it('nothing where nothing was shown, and says by which means more would be', () => {
    const { fold } = person();
    expect(whatOpens([], fold())).toEqual({
      opens: { what: 'nothing' },
      missing: ['mailbox', 'line', 'second-identifier', 'signature', 'presence'],
    });
  });
  it('control of a mailbox opens that link alone', () => {
    const { fold, mailbox } = person();
    expect(whatOpens([shown('mailbox', mailbox)], fold())).toEqual({
      opens: { what: 'links', links: [mailbox] },
      missing: ['second-identifier', 'signature', 'presence'],
    });
  });
  it('what stands under a link is what occurred while it stood, and of identifiers that one alone', () => {
    const { fold, teller, mailbox, early, late } = person();
    const opened = openedEvents({ what: 'links', links: [mailbox] }, fold());
    const ids = teller.events.filter(opened).map(({ id }) => id);
    expect(ids).toEqual([teller.events[0]?.id, mailbox, late.id]);
    expect(ids).not.toContain(early.id);
  });
  it('no link shows who acts for the person, nor her age and capacity', () => {
    const { fold, teller, mailbox } = person();
    const document = { kind: 'birth-certificate', date: '2016-03-02' };
    teller.tell('SubjectStatusChanged', { status: 'minor', turns: { age: '18', on: '2030-05-17' } }, day(13));
    const representative = { representative: newId(), kind: 'parent', from: day(13), document };
    const { id: recognition } = teller.tell('RepresentativeRecognised', representative, day(13));
    teller.tell('RepresentativeEnded', { recognition, ground: 'revoked' }, day(14));
    const told = (opens: Parameters<typeof openedEvents>[0]) => {
      const types = teller.events.filter(openedEvents(opens, fold())).map(({ type }) => type);
      return types.filter((type) => /^(?:Representative|SubjectStatus)/.test(type));
    };
    expect(told({ what: 'links', links: [mailbox] })).toEqual([]);
    expect(told({ what: 'everything' })).toHaveLength(3);
  });
  it('an identifier that somebody only knows opens nothing', () => {
    const { fold, account, mailbox } = person();
    expect(whatOpens([shown('second-identifier', account)], fold()).opens.what).toBe('nothing');
    const two = [shown('second-identifier', account), shown('second-identifier', mailbox)];
    expect(whatOpens(two, fold()).opens.what).toBe('nothing');
  });
  it('control of one and a second that was held before open everything', () => {
    const { fold, account, mailbox } = person();
    const proofs = [shown('mailbox', mailbox), shown('second-identifier', account)];
    expect(whatOpens(proofs, fold())).toEqual({ opens: { what: 'everything' }, missing: [] });
  });
  it('the same identifier twice is no second one', () => {
    const { fold, mailbox } = person();
    const proofs = [shown('mailbox', mailbox), shown('second-identifier', mailbox)];
    expect(whatOpens(proofs, fold()).opens.what).toBe('links');
  });
  it.each(['signature', 'presence'] as const)('a %s opens everything by itself', (method) => {
    expect(whatOpens([shown(method)], person().fold()).opens.what).toBe('everything');
  });
  it("an identifier that is not this person's proves nothing of her", () => {
    expect(whatOpens([shown('mailbox', newId())], person().fold()).opens.what).toBe('nothing');
  });
});

describe('a mailbox that is shared', () => {
  const shared = () => {
    const one = person();
    const facts = { scheme: 'email', fact: newId(), rank: 'weaker', other: newId() };
    one.teller.tell('IdentifierContested', facts, day(15));
    return one;
  };

  it('opens nothing by itself: whoever reads it may be the other', () => {
    const { fold, mailbox } = shared();
    expect(whatOpens([shown('mailbox', mailbox)], fold()).opens.what).toBe('nothing');
  });
  it('opens everything beside an identifier that the other does not have', () => {
    const { fold, mailbox, account } = shared();
    const proofs = [shown('mailbox', mailbox), shown('second-identifier', account)];
    expect(whatOpens(proofs, fold()).opens.what).toBe('everything');
  });
  it('that was shared before it was hers alone opens what is hers', () => {
    const { teller, fold, mailbox } = person();
    teller.tell('IdentifierContested', { scheme: 'email', rank: 'equal', other: newId() }, day(8));
    expect(whatOpens([shown('mailbox', mailbox)], fold()).opens.what).toBe('links');
  });
});

describe('a number that was re-issued', () => {
  const reissued = () => {
    const teller = new Teller();
    teller.tell('SubjectRegistered', { kind: 'person' }, day(1));
    const account = linked(teller, 'account', day(1));
    const line = linked(teller, 'phone', day(1));
    teller.tell(
      'IdentifierUnlinked',
      { scheme: 'phone', until: day(15), link: line, ground: 'number-reissued' },
      day(15),
    );
    return { line, account, fold: foldSubject(teller.events) };
  };

  it('opens nothing of whoever had it before', () => {
    const { line, fold } = reissued();
    expect(whatOpens([shown('line', line, day(20))], fold).opens.what).toBe('nothing');
  });
  it('does not become a proof by a second identifier that its new holder knows', () => {
    const { line, account, fold } = reissued();
    const proofs = [shown('line', line, day(20)), shown('second-identifier', account, day(20))];
    expect(whatOpens(proofs, fold).opens.what).toBe('nothing');
  });
  it('opened its interval while it was hers', () => {
    const { line, fold } = reissued();
    expect(whatOpens([shown('line', line, day(14))], fold).opens).toEqual({ what: 'links', links: [line] });
  });
});

describe('a device', () => {
  const device = () => {
    const teller = new Teller();
    teller.tell('SubjectRegistered', { kind: 'device' }, day(1));
    return { cookie: linked(teller, 'cookie', day(1)), fold: foldSubject(teller.events) };
  };

  it('opens what is the device’s', () => {
    const { cookie, fold } = device();
    expect(whatOpens([shown('device', cookie)], fold)).toEqual({
      opens: { what: 'links', links: [cookie] },
      missing: [],
    });
  });
  it('is nobody: presence opens nothing of it', () => {
    expect(whatOpens([shown('presence')], device().fold).opens.what).toBe('nothing');
  });
  it('is no second identifier of a person, for it has many users', () => {
    const { teller, mailbox } = person();
    const cookie = linked(teller, 'cookie', day(11));
    const proofs = [shown('mailbox', mailbox), shown('device', cookie)];
    expect(whatOpens(proofs, foldSubject(teller.events)).opens).toEqual({
      what: 'links',
      links: [mailbox, cookie].sort(),
    });
  });
});
