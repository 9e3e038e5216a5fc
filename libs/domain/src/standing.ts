// What is kept of a subject whose history is let go of? What stands, which is all that is asked where nothing is told late.
import { type SubjectEvent } from './catalogue.js';
import { Drafts } from './drafts.js';
import { compareEntries, entryOf, type Entry } from './fact.js';
import { type Retraction, type SubjectFold } from './subject-fold.js';
import { evolveState, type SubjectState } from './subject-state.js';

/** What a state takes of whom nothing stands, in items. */
const emptySize = 4;

/** The history of a subject was asked for, and only what stands is at hand: read its stream. */
export class HistoryNeeded extends Error {
  readonly code = 'HISTORY_NEEDED';

  constructor(readonly subject: string) {
    super(`the history of ${subject} is not at hand`);
  }
}

/**
 * A fold without its entries. What stands grows with what is held, not with how often it was told. Whoever asks for the entries is
 * thrown HistoryNeeded, so that nothing is ever decided on a history that is not there.
 */
export class Standing implements SubjectFold {
  private constructor(
    private readonly subject: string,
    readonly revisions: ReadonlyMap<string, number>,
    readonly retractions: ReadonlyMap<string, Retraction>,
    readonly state: SubjectState,
    readonly last: Entry,
  ) {}

  /** Undefined of a subject of whom nothing stands. */
  static of(subject: string, { revisions, retractions, state, entries }: SubjectFold): Standing | undefined {
    const last = entries.at(-1);
    return last && new Standing(subject, revisions, retractions, state, last);
  }

  get entries(): readonly Entry[] {
    throw new HistoryNeeded(this.subject);
  }

  get retracted(): readonly Entry[] {
    throw new HistoryNeeded(this.subject);
  }

  /** Whether something not yet recorded would be the last of the history; `at`: when it is recorded. */
  takes({ type, occurred, id }: { type: string; occurred: string; id?: string | undefined }, at: string): boolean {
    if (type === 'FactRetracted' || (id !== undefined && this.retractions.has(id))) return false;
    const entry = { type, occurred, at, stream: this.last.stream, revision: Number.MAX_SAFE_INTEGER };
    return compareEntries(entry as Entry, this.last) >= 0;
  }

  /** After events that are new to it. Throws HistoryNeeded for a fact that is late, retracts, or was retracted before it came. */
  evolve(events: readonly SubjectEvent[]): Standing {
    const revisions = new Map(this.revisions);
    const drafts = new Drafts();
    let [state, last] = [this.state, this.last];
    for (const event of events) {
      const entry = entryOf(event);
      const isLate = compareEntries(entry, last) < 0;
      if (isLate || entry.type === 'FactRetracted' || this.retractions.has(entry.id)) {
        throw new HistoryNeeded(this.subject);
      }
      revisions.set(entry.stream, entry.revision);
      state = evolveState(state, entry, drafts);
      last = entry;
    }
    return new Standing(this.subject, revisions, this.retractions, state, last);
  }

  /** How much it holds: holdings, consents, relations, links and whatever else a fact may leave standing, and the state itself. */
  get size(): number {
    const { tasks, ...concerns } = this.state;
    const maps = Object.values(concerns).flatMap((concern): unknown[] => Object.values(concern));
    return maps.reduce<number>((size, one) => size + itemsIn(one), emptySize + tasks.size);
  }
}

function itemsIn(one: unknown): number {
  if (one instanceof Map || one instanceof Set) return one.size;
  return Array.isArray(one) ? one.length : 0;
}
