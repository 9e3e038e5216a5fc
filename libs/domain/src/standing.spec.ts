// Does what stands say the same as the whole history, and does it say so when it cannot?
import fc from 'fast-check';
import { type SubjectEvent } from './catalogue.js';
import { compareEntries, entryOf } from './fact.js';
import { Standing, HistoryNeeded } from './standing.js';
import { evolveSubjectAll, emptyFold, foldSubject, isLate } from './subject-fold.js';
import { collected, consented, minute, newId, Teller } from './testing.js';
import { destroyed, history, tellHistory } from './testing/histories.js';

const told = (): Teller => {
  const to = new Teller();
  to.tell('ConsentGiven', consented(), minute(1));
  to.tell('DataCollected', collected(), minute(10));
  return to;
};
const standingOf = ({ subject, events }: Teller): Standing => {
  const standing = Standing.of(subject, foldSubject(events));
  if (!standing) throw new Error('nothing stands');
  return standing;
};

it('holds no history, and tells whose', () => {
  const to = told();
  const standing = standingOf(to);
  expect(() => standing.entries).toThrow(new HistoryNeeded(to.subject));
  expect(() => standing.retracted).toThrow(HistoryNeeded);
});

it('is nothing of a subject of whom nothing stands', () => {
  expect(Standing.of(newId(), emptyFold())).toBeUndefined();
});

it('says what would be late', () => {
  const to = told();
  const standing = standingOf(to);
  const late = to.tell('DataDestroyed', destroyed, minute(9));
  expect(isLate(standing, late)).toBe(true);
  expect(standing.takes(late, late.at)).toBe(false);
  expect(() => standing.evolve([late])).toThrow(HistoryNeeded);
  const last = to.tell('DataDestroyed', destroyed, minute(11));
  expect(isLate(standing, last)).toBe(false);
  expect(standing.takes(last, last.at)).toBe(true);
});

it('takes no retraction, and no fact that was retracted before it came', () => {
  const to = told();
  const fact = newId();
  const retraction = { fact, type: 'DataCollected', ground: 'x' };
  expect(standingOf(to).takes({ type: 'FactRetracted', occurred: minute(20) }, minute(20))).toBe(false);
  to.tell('FactRetracted', retraction, minute(20));
  const standing = standingOf(to);
  const retracted = to.tell('DataCollected', collected(), minute(30), { id: fact });
  expect(standing.takes(retracted, retracted.at)).toBe(false);
  expect(() => standing.evolve([retracted])).toThrow(HistoryNeeded);
});

it('grows with what stands, not with how often it was told', () => {
  const to = told();
  const { size } = standingOf(to);
  for (let n = 11; n < 40; n++) to.tell('DataCollected', collected(), minute(n));
  expect(standingOf(to).size).toBe(size);
  to.tell('ConsentGiven', consented(), minute(41));
  expect(standingOf(to).size).toBe(size + 1);
});

it('whatever was told, stands as the whole history has it as long as nothing comes late', () => {
  let taken = 0;
  fc.assert(
    fc.property(history, fc.nat(24), (facts, first) => {
      const events = tellHistory(facts);
      const before = events.slice(0, first);
      const standing = Standing.of('subject', foldSubject(before));
      if (!standing) return;
      const inOrder: SubjectEvent[] = [];
      for (const event of events.slice(first)) {
        const last = inOrder.at(-1) ?? standing.last;
        if (compareEntries(entryOf(event), entryOf(last)) >= 0) inOrder.push(event);
      }
      const whole = evolveSubjectAll(foldSubject(before), inOrder);
      if (inOrder.some((event) => event.type === 'FactRetracted' || whole.retractions.has(event.id))) {
        expect(() => standing.evolve(inOrder)).toThrow(HistoryNeeded);
        return;
      }
      taken++;
      const evolved = standing.evolve(inOrder);
      expect(evolved.state).toEqual(whole.state);
      expect(evolved.revisions).toEqual(whole.revisions);
      expect(evolved.last).toEqual(whole.entries.at(-1));
    }),
  );
  expect(taken).toBeGreaterThan(0);
});
