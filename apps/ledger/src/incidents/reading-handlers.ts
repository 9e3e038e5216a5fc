// Whom would a breach concern, and how far is one? Counts before anything is declared; afterwards what stands in its stream.
import {
  isPast,
  stageOfIncident,
  unnotifiedClocks,
  type IncidentEvent,
  type IncidentState,
  type Outside,
} from '@derbes/domain';
import { Radius } from '@derbes/read-models';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { leaveSealed, openTraced } from '../read/open-parts.js';
import { mayReadValues } from '../read/person.js';
import { Readers } from '../read/readers.js';
import { Writers } from '../write/writers.js';
import { isOutgoing } from './authority-notice.js';
import { FrozenRadii } from './frozen-radius.js';
import { PreviewRadius, ReadIncident, type IncidentView, type RadiusView, type Recount } from './incident-queries.js';
import { readIncidentStream } from './incident-streams.js';
import { scopedBy } from './scoping.js';

@QueryHandler(PreviewRadius)
export class PreviewRadiusHandler implements IQueryHandler<PreviewRadius> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
    private readonly radius: Radius,
  ) {}

  execute({ asked, scope: form }: PreviewRadius): Promise<RadiusView> {
    const { holder, recipient } = form;
    return this.readers.seam.ask({ question: 'radius', asked, filter: { holder, recipient } }, async (touches) => {
      const now = this.readers.now();
      const { scope, ask } = await scopedBy(this.writers, this.radius, form, now, now);
      touches(scope.subjects ?? []);
      const counted = await this.radius.counts(ask);
      if (!counted)
        throw new Problem('UNAVAILABLE', 'the register that says who was where is built for the first time');
      return { scope: { ...scope, until: ask.until }, ...counted };
    });
  }
}

const said = ({ id: event, at: recorded, facts }: IncidentEvent) => ({ event, recorded, facts });

@QueryHandler(ReadIncident)
export class ReadIncidentHandler implements IQueryHandler<ReadIncident> {
  constructor(
    private readonly readers: Readers,
    private readonly radius: Radius,
    private readonly frozen: FrozenRadii,
  ) {}

  execute({ asked, incident, recount }: ReadIncident): Promise<IncidentView | undefined> {
    return this.readers.seam.ask({ question: 'incident', asked, filter: { incident } }, async (touches, also) => {
      const { events, state } = await readIncidentStream(this.readers.store, incident);
      const { scope } = state;
      if (!state.detected || !scope) return undefined;
      touches(scope.subjects ?? []);
      const counted = recount ? await this.recounted(state) : undefined;
      if (counted) await also([...counted.addedSubjects, ...counted.goneSubjects]);
      await this.readers.registers.fresh();
      return {
        incident,
        state: stageOfIncident(state) ?? 'detected',
        detected: said(state.detected),
        scope,
        clocks: clocksOf(state, this.readers.registers.outside, this.readers.now()),
        ...(state.radius && { radius: await this.frozenOf(state.radius.document) }),
        changes: state.changes.map(said),
        notices: state.notices.map(said),
        told: state.told.map(said),
        ...(state.closed && { closed: said(state.closed) }),
        ...(counted && { recount: counted }),
        parts: await this.parts(events, mayReadValues(asked.by.role)),
      };
    });
  }

  private async frozenOf(document: string) {
    const { asked, people, records, categories } = await this.frozen.index(document);
    return { document, asked, people, records, categories };
  }

  /** The same scope on what the ledger knows now, against the list as it was frozen. */
  private async recounted({ scope, radius, detected }: IncidentState): Promise<Recount | undefined> {
    if (!scope || !radius || !detected) return undefined;
    const until = scope.until ?? detected.facts.detected;
    const ask = { ...scope, until: scope.from !== undefined && scope.from > until ? scope.from : until };
    const counted = await this.radius.counts(ask);
    if (!counted) throw new Problem('UNAVAILABLE', 'the register that says who was where is built for the first time');
    return { ...counted, ...(await this.frozen.against(radius.document, ask)) };
  }

  /** Free text of every event; the salt of the packs is nobody's reading. */
  private async parts(events: readonly IncidentEvent[], values: boolean) {
    const traced = events.flatMap(({ id, stream, parts }) =>
      parts.map((part) => ({ ref: { event: id, p: part.p, owner: part.owner ?? stream }, part })),
    );
    if (!values) return traced.map(({ ref }) => leaveSealed(ref, 'withheld'));
    const opened = await openTraced(traced, this.readers);
    return opened.filter((part) => part.state !== 'opened' || part.category !== 'meta.salt');
  }
}

function clocksOf(state: IncidentState, outside: Outside, now: string): IncidentView['clocks'] {
  const running = new Set(unnotifiedClocks(state));
  return state.clocks.map((clock) => {
    const { profile, term, due, strict } = clock;
    const standing = running.has(clock) ? (isPast(clock, now) ? 'overdue' : 'running') : 'notified';
    return {
      profile,
      term,
      due,
      ...(strict !== undefined && { strict }),
      state: state.closed && standing !== 'notified' ? 'closed' : standing,
      outgoing: isOutgoing(outside, clock),
    };
  });
}
