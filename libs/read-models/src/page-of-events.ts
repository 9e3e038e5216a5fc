// What do all models share of a page of events? Each person is looked at once, and what a build has not seen is picked once.
import { subjectOfStream } from '@derbes/domain';
import { type Position } from '@derbes/event-store';
import { after, type Arrived } from './arrived.js';
import { subjectStream, type SubjectModel } from './read-model.js';
import { type SubjectFolds, type Touched } from './subject-folds.js';
import { type SubjectView } from './subject-view.js';
import { isMoved } from './unmoved.js';

/** Streams read at a time, where folds have to be loaded. */
const viewsAtOnceMax = 8;

/** A person, and the types of what the page tells of any of those who are this person. */
interface Told {
  readonly view: SubjectView;
  readonly types: Set<string>;
}

const positionOf = (events: readonly Arrived[]): Position => events.at(-1)?.position ?? '0';

/** Of each person among some subjects one view, by the subject under whose id the rows stand. */
export async function viewsOf(
  folds: SubjectFolds,
  subjects: readonly string[],
  upTo: Position,
): Promise<readonly (readonly [subject: string, view: SubjectView])[]> {
  const views: (readonly [string, SubjectView])[] = [];
  for (let i = 0; i < subjects.length; i += viewsAtOnceMax) {
    const some = subjects.slice(i, i + viewsAtOnceMax);
    views.push(
      ...(await Promise.all(some.map(async (subject) => [subject, await folds.view(subject, upTo)] as const))),
    );
  }
  return views;
}

export class PageOfEvents {
  private readonly unseen = new Map<Position | undefined, readonly Arrived[]>();
  private persons: Promise<readonly Told[]> | undefined;

  /** `touched`: whom the page tells of. The folds are as far as its last event. */
  constructor(
    readonly events: readonly Arrived[],
    readonly folds: SubjectFolds,
    private readonly touched: Touched,
  ) {}

  get position(): Position {
    return positionOf(this.events);
  }

  /** Those that stand after a position. */
  after(position: Position | undefined): readonly Arrived[] {
    const known = this.unseen.get(position);
    if (known) return known;
    const events = after(this.events, position);
    this.unseen.set(position, events);
    return events;
  }

  get subjects(): Iterable<string> {
    return this.touched.keys();
  }

  /** Everybody of whom a model may say something else after the page. Throws what a stream of the page failed with. */
  async moved(model: SubjectModel): Promise<readonly SubjectView[]> {
    for (const failure of this.touched.values()) if (failure) throw failure;
    this.persons ??= this.look();
    return (await this.persons).filter(({ types }) => isMoved(model, types)).map(({ view }) => view);
  }

  private async look(): Promise<readonly Told[]> {
    const types = new Map<string, Set<string>>();
    for (const { stream, type } of this.events) {
      if (!subjectStream(stream)) continue;
      const subject = subjectOfStream(stream);
      const known = types.get(subject);
      if (known) known.add(type);
      else types.set(subject, new Set([type]));
    }
    const persons = new Map<string, Told>();
    for (const [subject, view] of await viewsOf(this.folds, [...this.touched.keys()], this.position)) {
      const person = persons.get(view.subject) ?? { view, types: new Set<string>() };
      for (const type of types.get(subject) ?? []) person.types.add(type);
      persons.set(view.subject, person);
    }
    return [...persons.values()];
  }
}
