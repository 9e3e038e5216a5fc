// When is the term of a restricted matter over, what goes with it, and what stays?
import { newId } from '../testing.js';
import { type RestrictedEntry, type RestrictedRecord } from './entry.js';
import { mattersOver, restrictedGone, standingRestricted } from './matter.js';

const at = '2026-11-23T12:00:00Z';
const until = '2027-01-01T00:00:00Z';
const before = '2026-12-31T23:59:59Z';
const [her, him] = [newId(), newId()];
const by = 'k';
const record = (entry: RestrictedEntry, moment = at): RestrictedRecord => ({ id: newId(), at: moment, entry });
const term = (matter: string, end = until, moment = at) => record({ kind: 'term', by, matter, until: end }, moment);
const demanded = (subject = her) => record({ kind: 'demand', by, subject, authority: 'X', received: at });
const answered = (demand: string) => record({ kind: 'answer', by, demand, outcome: 'fulfilled', moment: at });
const read = (subjects: string[], demand?: string) =>
  record({ kind: 'read', by, question: 'dossier', subjects, ...(demand !== undefined && { demand }) });
const goneBy = (records: readonly RestrictedRecord[], moment: string) =>
  mattersOver(records, moment).flatMap(({ events }) => events);

describe('a restricted matter', () => {
  const demand = demanded();
  const answer = answered(demand.id);
  const transfer = record({
    kind: 'transfer',
    by,
    demand: demand.id,
    subject: her,
    recipient: 'X',
    country: 'KZ',
    mode: 'sent',
    categories: ['email'],
    occurred: at,
  });
  const hold = record({ kind: 'hold', by, subject: her, ground: 'demand', demand: demand.id });
  const lift = record({ kind: 'lift', by, hold: hold.id });
  const looked = read([her], demand.id);
  const whole = [demand, answer, transfer, hold, lift, looked, term(demand.id)];

  it('goes with all that was recorded for it when its term is over, and not a second before; what ends it goes last', () => {
    expect(goneBy(whole, before)).toEqual([]);
    expect(goneBy(whole, until).sort()).toEqual(whole.map(({ id }) => id).sort());
    expect(new Set(goneBy(whole, until).slice(-3))).toEqual(new Set([demand.id, answer.id, whole[6]?.id]));
  });
  it('stays while no term was set, while it is open, and while it holds anything', () => {
    const without = (...left: readonly RestrictedRecord[]) => whole.filter((one) => !left.includes(one));
    expect(goneBy(without(whole[6] as RestrictedRecord), until)).toEqual([]);
    expect(goneBy(without(answer), until)).toEqual([]);
    expect(goneBy(without(lift), until)).toEqual([]);
  });
  it('takes the last word about its term, and of one second the longer one', () => {
    const later = '2028-01-01T00:00:00Z';
    expect(goneBy([...whole, term(demand.id, later, '2026-11-24T12:00:00Z')], until)).toEqual([]);
    expect(goneBy([term(demand.id, later), ...whole], until)).toEqual([]);
    expect(goneBy([term(demand.id, later, '2026-11-22T12:00:00Z'), ...whole], until)).toHaveLength(8);
  });
  it('of a hold for no demand goes when that has ended', () => {
    const internal = record({ kind: 'hold', by, subject: her, ground: 'internal', until: before });
    const own = [internal, term(internal.id)];
    expect(goneBy(own, until).sort()).toEqual(own.map(({ id }) => id).sort());
    const open = record({ kind: 'hold', by, subject: her, ground: 'internal' });
    expect(goneBy([open, term(open.id)], until)).toEqual([]);
  });
  it('takes along reads for no demand that name nobody with another matter', () => {
    const alone = read([her]);
    const both = read([her, him]);
    const nobody = read([]);
    const his = demanded(him);
    const going = goneBy([...whole, alone, both, nobody, his], until);
    expect(going).toContain(alone.id);
    expect(going).not.toContain(both.id);
    expect(going).not.toContain(nobody.id);
    expect(goneBy([...whole, both], until)).toContain(both.id);
  });
  it('is told of to nobody once it is over or gone, and is not to go twice', () => {
    const other = demanded(him);
    expect(standingRestricted([...whole, other], until)).toEqual([other]);
    expect(standingRestricted([...whole, other], before)).toHaveLength(8);
    const gone = record({ kind: 'gone', by, why: 'term', events: whole.map(({ id }) => id) });
    expect(goneBy([...whole, gone], until)).toEqual([]);
    expect(restrictedGone([gone]).size).toBe(whole.length);
    expect(standingRestricted([...whole, gone], before)).toEqual([gone]);
  });
});
