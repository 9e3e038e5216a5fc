// What happened to one person's data, event by event, in the order in which it happened?
import { type Facts } from '@derbes/kernel';
import { type SubjectEvent } from '../catalogue.js';
import { type History, type Moments } from './known.js';
import { type Mark } from './shape.js';

export interface TimelineLine<Finding> {
  readonly event: string;
  readonly type: SubjectEvent['type'];
  /** When it happened. */
  readonly moment: string;
  /** When the ledger learned of it. */
  readonly recorded: string;
  readonly stream: string;
  readonly actor: string;
  readonly source?: string;
  readonly edition?: string;
  readonly facts: Facts;
  /** How many values were sealed with it. */
  readonly sealed: number;
  readonly retracted?: Mark;
  readonly findings: readonly Finding[];
}

/** Every event of the person as known then, retracted ones included and marked; each line is made when it is asked for. */
export function* timelineOf<Finding extends { readonly event: string }>(
  { known, retracted }: History,
  findings: readonly Finding[],
  { asOf }: Moments,
): Generator<TimelineLine<Finding>> {
  const retractions = new Map(retracted.map(({ fact, by }) => [fact.id, { moment: by.at, event: by.event }]));
  const byEvent = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byEvent.get(finding.event);
    if (list) list.push(finding);
    else byEvent.set(finding.event, [finding]);
  }
  for (const event of known) {
    if (event.occurred > asOf) continue;
    const retraction = retractions.get(event.id);
    yield {
      event: event.id,
      type: event.type,
      moment: event.occurred,
      recorded: event.at,
      stream: event.stream,
      actor: event.actor,
      ...(event.source && { source: event.source }),
      ...(event.edition && { edition: event.edition }),
      facts: event.facts,
      sealed: event.parts.length,
      ...(retraction && { retracted: retraction }),
      findings: byEvent.get(event.id) ?? [],
    };
  }
}
