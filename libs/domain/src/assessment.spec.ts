// Who may say what of a finding, what starts by it, and which findings does it cover?
import { Refused } from '@derbes/kernel';
import { FindingAssessed } from './assessment.js';
import { standingAssessment, type Assessable } from './assessment-state.js';
import {
  assessableOf,
  decideAssessment,
  isBlocked,
  type AssessFindings,
  type AssessmentOutside,
  type StandingFinding,
} from './assessment-decider.js';
import { judgeSubject } from './judge-subject.js';
import { emptyRegisters, evolveRegisters, foldRegisters } from './registers.js';
import { foldSubject } from './subject-fold.js';
import { collected, newId, outside, registered, registerEvents, Teller } from './testing.js';
import { sampleUuid } from './vocabulary.js';

const officer = sampleUuid(20);
const subject = newId();
const at = '2026-11-20T10:00:00Z';
const event = newId();

const finding = (about: Partial<StandingFinding> = {}): StandingFinding => ({
  id: `${event}:CONSENT_MISSING:email:account`,
  code: 'CONSENT_MISSING',
  clause: '5',
  source: 'urn:example:crm',
  basis: 'consent',
  period: '2026-11',
  recorded: '2026-11-20T09:00:00Z',
  subject,
  blocked: false,
  ...about,
});
const { id, code, clause, source, basis, period } = finding();
const ofClass = { code, clause, source, basis, period };

const decide = (command: Partial<AssessFindings> = {}, standing = [finding()], more: Partial<AssessmentOutside> = {}) =>
  decideAssessment(
    { type: 'AssessFindings', findings: [id], verdict: 'confirmed', staff: officer, ...command } as AssessFindings,
    { ...outside, at, standing, ...more },
  );
const byClass = (verdict: 'confirmed' | 'not-confirmed', found = 3) =>
  decideAssessment(
    { type: 'AssessFindings', class: ofClass, verdict, staff: officer },
    { ...outside, at, standing: [], counted: { found, people: 2, until: '2026-11-20T09:59:00Z' } },
  );
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'not refused';
};

describe('a finding that is confirmed', () => {
  it('starts the clock of destruction: one working day', () => {
    const { drafts, clocks } = decide({ measure: 'data-destroyed', act: '94-V', article: '25(2)(8)' });
    expect(drafts).toEqual([
      {
        type: 'FindingAssessed',
        stream: `subject-${subject}`,
        occurred: at,
        facts: {
          findings: [id],
          verdict: 'confirmed',
          measure: 'data-destroyed',
          act: '94-V',
          article: '25(2)(8)',
          clocks,
          staff: officer,
        },
      },
    ]);
    // Friday 20 November 2026, 15:00 in Almaty: the next working day is Monday the 23rd, and it ends at 24:00 there (UTC+5).
    expect(clocks).toMatchObject([{ term: 'destruction', from: at, due: '2026-11-23T18:59:59Z' }]);
    FindingAssessed.check(drafts[0]?.facts ?? {});
  });
  it.each(['TOLD_LATE', 'NO_RESPONSIBLE_PERSON', 'HOLDING_GONE'] as const)(
    'starts none where no data is unlawful by it: %s',
    (about) => {
      expect(decide({}, [finding({ code: about })]).clocks).toEqual([]);
    },
  );
});

describe('a finding that is not confirmed', () => {
  it('starts the clock of unblocking where its data is blocked', () => {
    const { clocks } = decide({ verdict: 'not-confirmed' }, [finding({ blocked: true })]);
    expect(clocks).toMatchObject([{ term: 'unblocking', due: '2026-11-23T18:59:59Z' }]);
  });
  it('starts none where nothing is blocked', () => {
    expect(decide({ verdict: 'not-confirmed' }).clocks).toEqual([]);
  });
});

describe('an assessment', () => {
  it('stands in the stream of whom each finding is about, and in `policy` where it is about nobody', () => {
    const other = newId();
    const ids = [id, `${event}:NO_BASIS:-:-`, `${event}:TOLD_LATE:-:-`];
    const aboutNobody = { ...ofClass, code: 'TOLD_LATE', id: ids[2] ?? '', recorded: at, blocked: false } as const;
    const standing = [finding(), finding({ id: ids[1] ?? '', code: 'NO_BASIS', subject: other }), aboutNobody];
    expect(decide({ findings: ids }, standing).drafts.map(({ stream }) => stream)).toEqual([
      `subject-${subject}`,
      `subject-${other}`,
      'policy',
    ]);
  });
  it('says nothing new where the same stands', () => {
    const { clocks } = decide();
    const standing = { event: newId(), moment: at, verdict: 'confirmed' as const, clocks, staff: officer };
    expect(decide({}, [finding({ assessment: standing })]).drafts).toEqual([]);
    expect(decide({ verdict: 'remedied', measure: 'done' }, [finding({ assessment: standing })]).drafts).toHaveLength(
      1,
    );
  });
  it.each<[string, () => unknown]>([
    ['STAFF_UNKNOWN', () => decide({ staff: newId() })],
    ['FINDING_UNKNOWN', () => decide({ findings: [`${event}:NO_BASIS:-:-`] })],
    ['MEASURE_MISSING', () => decide({ verdict: 'remedied' })],
    ['CLASS_EMPTY', () => byClass('confirmed', 0)],
    ['CALENDAR_ENDS', () => decide({}, [finding()], { at: '2039-01-10T00:00:00Z' })],
  ])('is refused: %s', (expected, act) => {
    expect(refusal(act)).toBe(expected);
  });
  it('is refused to whoever was responsible before: NOT_RESPONSIBLE', () => {
    const next = registered('OfficerAppointed', { staff: newId(), from: '2026-06-01T00:00:00Z' }, 'policy', at);
    const registers = foldRegisters([...registerEvents, next]);
    expect(refusal(() => decide({}, [finding()], { registers }))).toBe('NOT_RESPONSIBLE');
  });
});

describe('an assessment of a finding that comes with the days', () => {
  const late = finding({ since: '2026-11-20T09:00:00Z' });
  const said = (moment: string) =>
    new Map([[id, { event, moment, verdict: 'remedied' as const, clocks: [], staff: officer }]]);
  const single = (about: StandingFinding, moment: string) =>
    standingAssessment(about, said(moment), { classes: [], single: new Map() })?.verdict;

  it('is about the one that stands from then on, and never about an earlier one of the same name', () => {
    expect(single(late, '2026-11-20T09:00:00Z')).toBe('remedied');
    expect(single(late, '2026-11-20T08:59:59Z')).toBeUndefined();
    expect(single(finding(), '2026-11-20T08:59:59Z')).toBe('remedied');
  });
});

describe('an assessment of a class', () => {
  const recorded = (facts: object, occurred: string) =>
    registered('FindingAssessed', facts as never, 'policy', occurred);
  const register = (...events: ReturnType<typeof recorded>[]) =>
    events.reduce(evolveRegisters, emptyRegisters).assessments;
  const classEvent = () => recorded(byClass('confirmed').drafts[0]?.facts ?? {}, at);
  const assessed = (about: Assessable, own = new Map()) =>
    standingAssessment(about, own, register(classEvent()))?.verdict;

  it('stands in `policy` with what it covers and how much of that there was', () => {
    expect(byClass('confirmed').drafts).toMatchObject([
      { stream: 'policy', facts: { class: ofClass, until: '2026-11-20T09:59:00Z', found: '3', people: '2' } },
    ]);
  });
  it('starts the clock of its verdict', () => {
    expect(byClass('confirmed').clocks.map(({ term }) => term)).toEqual(['destruction']);
    expect(byClass('not-confirmed').clocks.map(({ term }) => term)).toEqual(['unblocking']);
  });
  it('covers what stood then; what is recorded later is new', () => {
    expect(assessed(finding())).toBe('confirmed');
    expect(assessed(finding({ recorded: '2026-11-20T09:59:01Z' }))).toBeUndefined();
  });
  it.each([
    { code: 'NO_BASIS' },
    { clause: '6' },
    { source: 'urn:example:site' },
    { basis: '-' },
    { period: '2026-10' },
  ])('does not cover another: %j', (other) => {
    expect(assessed(finding(other as Partial<StandingFinding>))).toBeUndefined();
  });
  it('gives way to a later one of the finding itself, and goes before an earlier one', () => {
    const single = (moment: string) =>
      new Map([[id, { event: newId(), moment, verdict: 'remedied' as const, clocks: [], staff: officer }]]);
    expect(assessed(finding(), single('2026-11-20T11:00:00Z'))).toBe('remedied');
    expect(assessed(finding(), single('2026-11-20T09:30:00Z'))).toBe('confirmed');
  });
});

describe('findings judged anew', () => {
  it('keep their assessments, and know what is blocked', () => {
    const teller = new Teller();
    teller.tell('DataCollected', collected());
    const [before] = judgeSubject(foldSubject(teller.events), outside).filter((one) => one.code === 'CONSENT_MISSING');
    const named = before?.id ?? '';
    teller.tell('FindingAssessed', {
      findings: [named],
      verdict: 'remedied',
      measure: 'consent-asked',
      staff: officer,
    });
    teller.tell('DataBlocked', { categories: ['email'], ground: 'complaint' });
    const fold = foldSubject(teller.events);
    const [after] = judgeSubject(fold, outside).filter((one) => one.id === named);
    expect(after).toEqual(before);
    expect(fold.state.assessments.get(named)?.verdict).toBe('remedied');
    expect(isBlocked(fold, { category: 'email' })).toBe(true);
    const on = fold.entries[0];
    expect(on && after && assessableOf(after, on, 'consent')).toMatchObject({ id: named, period: '2026-11' });
  });
});
