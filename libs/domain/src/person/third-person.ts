// What is answered to a person whom a user of the controller uploaded, by whom, and what may the uploader learn of it?
import { type Draft } from '@derbes/kernel';
import { type Clock } from '../clock.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { nameOf } from '../erasure-demand.js';
import { type Entry, type EntryOf } from '../fact.js';
import { means, type Holding } from '../holding.js';
import { type SubjectFold } from '../subject-fold.js';
import { type SubjectState } from '../subject-state.js';
import { taskPartsMax } from '../task/events.js';

export interface Answering {
  /** What the controller holds about her for itself: it answers that in its own term, whoever brought it. */
  readonly own: readonly Held[];
  /** What it holds as operator for an organisation that uploaded it: the answer says so and names the organisation. */
  readonly asOperator: readonly (Held & { readonly organisation?: string })[];
  /** Organisations that get a task each: to answer for what was uploaded by them (policy section 10). */
  readonly tasks: readonly UploaderTask[];
}

export interface Held {
  readonly category: string;
  readonly holder: string;
  readonly role: Holding['role'];
}

/** Names what that organisation itself uploaded and nothing else. */
export interface UploaderTask {
  /** `organisation-<uuid>`. */
  readonly organisation: string;
  readonly categories: readonly string[];
}

/**
 * How the answer to a person is divided. An uploader gets a task for each category that it uploaded and that is still held, be it as
 * operator or by now for the controller itself.
 */
export function answeringFor({ holdings }: Pick<SubjectState, 'holdings'>): Answering {
  const held = [...holdings.current.values()].filter(({ end }) => end === undefined);
  const tasks = new Map<string, Set<string>>();
  for (const holding of held) {
    for (const organisation of uploadersOf(holding)) {
      const categories = tasks.get(organisation) ?? new Set();
      tasks.set(organisation, categories.add(holding.category));
    }
  }
  return {
    own: held.filter(({ capacity }) => capacity === 'own').map(heldOf),
    asOperator: held
      .filter(({ capacity }) => capacity === 'operator')
      .map((holding) => ({ ...heldOf(holding), ...(holding.for !== undefined && { organisation: holding.for }) })),
    tasks: [...tasks].map(([organisation, categories]) => ({ organisation, categories: [...categories].sort() })),
  };
}

const heldOf = ({ category, holder, role }: Holding): Held => ({ category, holder, role });

function uploadersOf({ capacity, for: organisation, origins }: Holding): ReadonlySet<string> {
  const named = origins.flatMap(({ kind, uploader }) =>
    kind === 'uploaded' && uploader !== undefined ? [uploader] : [],
  );
  if (capacity === 'operator' && organisation !== undefined) named.push(organisation);
  return new Set(named);
}

type Upload = EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>;

/** Facts by which an organisation uploaded something about her: all that it may ever be told of, whatever else is held. */
export const uploadedBy = (entries: readonly Entry[], organisation: string): Upload[] =>
  entries.filter(
    (entry): entry is Upload =>
      (entry.type === 'DataCollected' || entry.type === 'DataDeclared') &&
      entry.facts.origin.kind === 'uploaded' &&
      entry.facts.origin.uploader === organisation,
  );

export interface AskingUploaders {
  /** The stream of the request takes the tasks. */
  readonly stream: string;
  readonly request: string;
  /** IdentityVerified. */
  readonly cause: string;
  readonly clock?: Clock | undefined;
  readonly parts: readonly PlacedPart[];
  readonly occurred: string;
}

/**
 * One TaskOrdered for each organisation that uploaded something of hers that is still held: to answer her for it. By its own values alone
 * does it learn whom this is about; identifiers that others told are not named to it.
 */
export function uploaderTasks(asking: AskingUploaders, person: SubjectFold): Draft[] {
  const { stream, request, cause, clock, parts, occurred } = asking;
  return answeringFor(person.state).tasks.map(({ organisation, categories }): Draft => {
    const own = new Set(uploadedBy(person.entries, organisation).map(({ id }) => id));
    const named = parts.filter(
      ({ event, category }) => own.has(event) && categories.some((one) => means(one, category)),
    );
    const facts = {
      kind: 'answer',
      uploader: organisation,
      categories: [...categories],
      ...(named.length > 0 && { parts: named.slice(-taskPartsMax).map(nameOf) }),
      cause,
      request,
      ...(clock && { clock: { ...clock } }),
      by: 'person',
    };
    return { type: 'TaskOrdered', stream, occurred, facts };
  });
}
