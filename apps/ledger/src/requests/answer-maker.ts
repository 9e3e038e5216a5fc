// How is an answer made? From her streams, what holders said of themselves, and nothing that was not proved.
import {
  answeringFor,
  differencesOf,
  holdersSaid,
  type Opens,
  type RequestEvent,
  type RequestState,
} from '@derbes/domain';
import { HeadTable } from '@derbes/transparency/sequencing.js';
import { randomBytes } from 'node:crypto';
import { type Asked } from '../keys/asked.js';
import { DossierMaker } from '../read/dossier-maker.js';
import { closingCode, type AccessView, type DossierView } from '../read/dossier-view.js';
import { openTraced, tracedBy } from '../read/open-parts.js';
import { organisationsOf } from '../read/organisations.js';
import { readPerson, type Person } from '../read/person.js';
import { type Readers } from '../read/readers.js';
import { answerProjection, type AnswerView, type HolderReport, type Uploader } from './answer-view.js';
import { seenBy } from './seen-person.js';

const saltBytes = 16;
/** Rights that are answered by what is held. */
const byDossier: ReadonlySet<string> = new Set(['know', 'portability']);

export interface Making {
  readonly request: string;
  readonly state: RequestState;
  readonly events: readonly RequestEvent[];
  readonly asked: Asked;
  /** What came of a right that is not answered by what is held. */
  readonly outcome?: AnswerView['outcome'] | undefined;
  readonly language?: AnswerView['language'] | undefined;
  readonly done: readonly string[];
}

export class AnswerMaker {
  private readonly dossiers: DossierMaker;
  private readonly heads: HeadTable;

  constructor(private readonly readers: Readers) {
    this.dossiers = new DossierMaker(readers);
    this.heads = new HeadTable(readers.app);
  }

  /** Undefined where nobody received such a request, or the outcome of another right was not said. */
  async make({ request, state, events, asked, outcome, language, done }: Making): Promise<AnswerView | undefined> {
    const { received, identity, tasks } = state;
    if (!received) return undefined;
    const { right } = received.facts;
    const opens = identity?.opens ?? { what: 'nothing' as const };
    const person = await this.person(identity?.outcome === 'proved' ? identity.subject : undefined, opens);
    const dossier = person && byDossier.has(right) ? await this.dossier(person, opens, asked) : undefined;
    const holders = holdersSaid(tasks);
    const reports = await this.reports(state, events);
    const fold = person?.history.fold;
    const complete = holders.every(({ said }) => said === 'confirmed');
    const came = byDossier.has(right) ? cameOf({ dossier, reports, opens, complete }) : outcome;
    if (came === undefined) return undefined;
    const head = await this.head();
    return {
      request,
      right,
      outcome: came,
      language: language ?? received.facts.language,
      received: received.facts.received,
      made: this.readers.now(),
      salt: randomBytes(saltBytes).toString('hex'),
      projection: answerProjection,
      ...(head && { head }),
      opens,
      holders,
      ...(holders.length > 0 && { complete: complete ? ('yes' as const) : ('no' as const) }),
      differences: differencesOf(tasks, fold),
      reports,
      done,
      uploaders: person && byDossier.has(right) ? await this.uploaders(person) : [],
      ...(came !== 'nothing-held' && dossier && { dossier }),
      closing: closingCode,
    };
  }

  /** As far as it is opened; undefined for whom nothing is. */
  private async person(subject: string | undefined, opens: Opens): Promise<Person | undefined> {
    if (subject === undefined || opens.what === 'nothing') return undefined;
    const begun = await this.readers.subjects.begin(subject);
    const person = await readPerson(this.readers, { subject }, begun);
    return person && seenBy(opens, person, this.readers).person;
  }

  private async dossier(person: Person, opens: Opens, { by, reason }: Asked): Promise<DossierView> {
    const { lens } = seenBy(opens, person, this.readers);
    const look = { question: 'request-answer', role: by.role, ...(reason && { reason }) };
    const view = await this.dossiers.view(person, { values: true, look }, lens);
    // Suspicions that nobody assessed are the responsible person's; the report states the facts themselves.
    return { ...view, access: lookedSince(view.access, sinceOf(opens, person)), findings: [] };
  }

  /** What holders said that they have, with what they sent of it: opened once, and frozen with the answer. */
  private async reports({ tasks }: RequestState, events: readonly RequestEvent[]): Promise<HolderReport[]> {
    const byId = new Map(events.map((event) => [event.id, event]));
    return Promise.all(
      [...tasks.values()].flatMap((task) => {
        const said = task.acknowledged && byId.get(task.acknowledged.event);
        if (said?.type !== 'TaskAcknowledged' || said.facts.held === undefined || task.holder === undefined) return [];
        return [this.report(task.holder, said)];
      }),
    );
  }

  private async report(
    holder: string,
    { id: event, parts, facts, stream }: Extract<RequestEvent, { type: 'TaskAcknowledged' }>,
  ): Promise<HolderReport> {
    const traced = parts.map((part) => ({ ref: { event, p: part.p, owner: part.owner ?? stream }, part }));
    const opened = (await openTraced(traced, this.readers)).filter(({ category }) => category !== 'meta.reference');
    const held = (facts.held ?? []).map((category) => {
      const value = opened.find((one) => one.category === category);
      return { category, ...(value && { value }) };
    });
    return { holder, event, held };
  }

  /** By name and BIN, which are sealed as they were told; an id says nothing to the person. */
  private async uploaders(person: Person): Promise<Uploader[]> {
    const { tasks } = answeringFor(person.history.fold.state);
    const owners = tasks.map(({ organisation }) => organisation);
    const { organisations, traces: elsewhere } = await organisationsOf(owners, person, this.readers);
    const own = person.streams.flat().map(({ id, parts }) => [id, parts] as const);
    const traces = new Map([...elsewhere, ...own]);
    return Promise.all(
      tasks.map(async ({ organisation, categories }): Promise<Uploader> => {
        const opened = await openTraced((organisations[organisation] ?? []).map(tracedBy(traces)), this.readers);
        const [name, bin] = ['meta.name', 'meta.bin'].map((category) =>
          opened.find((part) => part.category === category),
        );
        return { organisation, categories, ...(name && { name }), ...(bin && { bin }) };
      }),
    );
  }

  private async head(): Promise<AnswerView['head']> {
    const head = await this.heads.read();
    if (head?.note === undefined) return undefined;
    // A checkpoint's second and third lines (C2SP tlog-checkpoint): size and root.
    const [, size, root] = head.note.split('\n');
    return size !== undefined && root !== undefined ? { size, root } : undefined;
  }
}

interface Came {
  readonly dossier: DossierView | undefined;
  readonly reports: readonly HolderReport[];
  readonly opens: Opens;
  readonly complete: boolean;
}

/** What is held is what the ledger knows and what holders say of themselves. */
function cameOf({ dossier, reports, opens, complete }: Came): AnswerView['outcome'] {
  const held = dossier?.categories.some(({ holders, values }) => holders.length > 0 || values.length > 0) === true;
  const reported = reports.some((report) => report.held.length > 0);
  if (!held && !reported) return 'nothing-held';
  return opens.what === 'everything' && complete ? 'fulfilled' : 'partly';
}

/** From when on something may be told; the beginning where everything may. */
function sinceOf({ what, links = [] }: Opens, { history }: Person): string {
  if (what !== 'links') return '';
  const { links: known } = history.fold.state.identity;
  return links.map((link) => known.get(link)?.since ?? '').sort()[0] ?? '';
}

const lookedSince = (access: AccessView, since: string): AccessView => ({
  ...access,
  lines: access.lines.filter(({ at }) => at >= since),
});
