// By when? Clocks as commands start them: which profile, which calendar, which refusals.
import { Refused } from '@derbes/kernel';
import { builtInProfile, termOf } from '@derbes/policy';
import { type Outside } from './case.js';
import { bindingClock, Clock, warnsAt } from './clock.js';
import { extendedClock, isIntakeLate, mayBeTold, startClock } from './clock-start.js';
import { foldRegisters } from './registers.js';
import { documents, outside, registered, registerEvents } from './testing.js';
import { sampleSha256 } from './vocabulary.js';
import { Value } from 'typebox/value';

const noon = '2026-11-23T07:00:00Z';
const codeOf = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'allowed';
};

describe('a clock', () => {
  it('names its term, profile, version and calendar, and ends with the last second of its last day', () => {
    // Monday noon in Almaty: Tuesday 24, Wednesday 25, Thursday 26 November.
    const clock = startClock(outside, { term: 'access', from: noon });
    expect(clock).toEqual({
      term: 'access',
      profile: 'kz',
      version: '1',
      calendar: sampleSha256('9'),
      from: noon,
      due: '2026-11-26T18:59:59Z',
    });
    expect(Value.Check(Clock, clock)).toBe(true);
  });

  it('warns by the reading that counts from the moment itself, where the act allows it', () => {
    const clock = startClock(outside, { term: 'breach-notice', from: noon });
    expect(clock).toMatchObject({ due: '2026-11-24T18:59:59Z', strict: '2026-11-24T07:00:00Z' });
    expect(warnsAt(clock)).toBe('2026-11-24T07:00:00Z');
    expect(warnsAt(startClock(outside, { term: 'access', from: noon }))).toBe('2026-11-26T18:59:59Z');
  });

  it('of two profiles is bound by the one that ends earlier', () => {
    const clocks = ['gdpr', 'kz'].map((profile) => startClock(outside, { term: 'access', from: noon, profile }));
    expect(bindingClock(clocks)).toMatchObject({ profile: 'kz' });
    expect(bindingClock([...clocks].reverse())).toMatchObject({ profile: 'kz' });
    expect(bindingClock([])).toBeUndefined();
  });

  it('is extended where the law allows it, counted from its own beginning, and nowhere else', () => {
    const month = startClock(outside, { term: 'access', from: noon, profile: 'gdpr' });
    expect(month.due).toBe('2026-12-23T18:59:59Z');
    // One month and two more: 23 February 2027, a Tuesday.
    expect(extendedClock(outside, month).due).toBe('2027-02-23T18:59:59Z');
    expect(codeOf(() => extendedClock(outside, startClock(outside, { term: 'access', from: noon })))).toBe(
      'TERM_NOT_EXTENDABLE',
    );
  });

  it('is refused for a term that the profile does not have, and past the years that the calendar knows', () => {
    expect(codeOf(() => startClock(outside, { term: 'portability', from: noon }))).toBe('TERM_UNKNOWN');
    expect(codeOf(() => startClock(outside, { term: 'access', from: noon, profile: 'mars' }))).toBe('TERM_UNKNOWN');
    expect(codeOf(() => startClock(outside, { term: 'access', from: '2028-12-29T07:00:00Z' }))).toBe('CALENDAR_ENDS');
    expect(codeOf(() => startClock(outside, { term: 'access', from: '2023-12-27T07:00:00Z' }))).toBe('CALENDAR_ENDS');
  });

  it('is refused while no calendar is published', () => {
    const registers = foldRegisters(registerEvents.filter(({ type }) => type !== 'CalendarPublished'));
    expect(codeOf(() => startClock({ registers, documents }, { term: 'access', from: noon }))).toBe('CALENDAR_ENDS');
  });

  it('is counted by the calendar published last, and by the first profile that has terms', () => {
    const calendar = documents.calendar(sampleSha256('9'));
    if (!calendar) throw new Error('the sample has a calendar');
    const old = { ...builtInProfile('kz') };
    delete old.terms;
    const [oldDocument, corrected] = [sampleSha256('7'), sampleSha256('8')];
    const changed: Outside = {
      registers: foldRegisters([
        registered(
          'ProfilePublished',
          { document: oldDocument, profile: 'kz', version: '0' },
          'policy',
          '2025-01-01T00:00:00Z',
        ),
        ...registerEvents,
        registered(
          'CalendarPublished',
          { document: corrected, calendar: 'kz', version: '2' },
          'policy',
          '2026-12-01T00:00:00Z',
        ),
      ]),
      documents: {
        ...documents,
        profile: (document) => (document === oldDocument ? old : documents.profile(document)),
        calendar: (document) =>
          document === corrected
            ? { ...calendar, version: '2', days: [...calendar.days, { ...calendar.days[0]!, date: '2025-11-25' }] }
            : documents.calendar(document),
      },
    };
    // From a moment at which a profile without terms stood: Tuesday 25 November 2025 is off by the corrected calendar.
    expect(startClock(changed, { term: 'access', from: '2025-11-24T07:00:00Z' })).toMatchObject({
      version: '1',
      calendar: corrected,
      due: '2025-11-28T18:59:59Z',
    });
  });
});

describe('what was registered late', () => {
  it('is what lies more than a working day behind its receipt', () => {
    const friday = '2026-11-20T10:00:00Z';
    expect(isIntakeLate(outside, friday, '2026-11-23T18:59:59Z')).toBe(false);
    expect(isIntakeLate(outside, friday, '2026-11-23T19:00:00Z')).toBe(true);
  });
});

describe('a term in an outgoing document', () => {
  const deletion = termOf(builtInProfile('kz'), 'deletion');
  const access = termOf(builtInProfile('kz'), 'access');
  if (!deletion || !access) throw new Error('the profile has both');
  const confirmed = (facts = {}): Outside => ({
    documents,
    registers: foldRegisters([
      ...registerEvents,
      registered(
        'TermConfirmed',
        {
          document: sampleSha256('b'),
          profile: 'kz',
          version: '1',
          term: 'deletion',
          staff: '00000000-0000-4000-8000-000000000005',
          ...facts,
        },
        'policy',
        noon,
      ),
    ]),
  });

  it('stands there when it is sure, and else only once a lawyer confirmed it', () => {
    expect(mayBeTold(outside, 'kz', access)).toBe(true);
    expect(mayBeTold(outside, 'kz', deletion)).toBe(false);
    expect(mayBeTold(confirmed(), 'kz', deletion)).toBe(true);
    expect(mayBeTold(confirmed({ term: 'access' }), 'kz', deletion)).toBe(false);
    expect(mayBeTold(confirmed(), 'gdpr', deletion)).toBe(false);
  });

  it('is unconfirmed again when a new version changes what was confirmed', () => {
    expect(mayBeTold(confirmed(), 'kz', { ...deletion, amount: 10 })).toBe(false);
    expect(mayBeTold(confirmed(), 'kz', { ...deletion, unit: 'working-day' })).toBe(false);
  });
});
