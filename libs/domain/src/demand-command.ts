// May a demand of an authority be recorded, answered or refused?
import { Refused, type Draft, type Facts } from '@derbes/kernel';
import { type Outside } from './case.js';
import { type DemandEvent } from './catalogue.js';
import { type authorities, type demandOutcomes, type demandRefusals } from './demand.js';
import { lawNamed, staffKnown } from './hold-decider.js';

export interface ReceiveDemand {
  readonly type: 'ReceiveDemand';
  readonly authority: (typeof authorities)[number];
  readonly received: string;
  readonly due?: string | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly subjects?: readonly string[] | undefined;
  readonly staff?: string | undefined;
  /** Handles of the values to be sealed. */
  readonly name: number;
  readonly reference?: number | undefined;
}

export interface AnswerDemand {
  readonly type: 'AnswerDemand';
  readonly outcome: (typeof demandOutcomes)[number];
  readonly moment: string;
  readonly categories?: readonly string[] | undefined;
  readonly transfers?: readonly string[] | undefined;
  readonly staff?: string | undefined;
}

export interface RefuseDemand {
  readonly type: 'RefuseDemand';
  readonly reason: (typeof demandRefusals)[number];
  readonly moment: string;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly staff?: string | undefined;
}

export type DemandCommand = ReceiveDemand | AnswerDemand | RefuseDemand;

export interface DemandState {
  readonly received?: string;
  readonly closed?: 'answered' | 'refused';
}

export const demandStream = (uuid: string): string => `demand-${uuid}`;
export const demandOfStream = (stream: string): string => stream.slice('demand-'.length);

export const foldDemand = (events: readonly DemandEvent[]): DemandState =>
  events.reduce<DemandState>((state, event) => {
    if (event.type === 'AuthorityDemandReceived') return { received: event.facts.received };
    return { ...state, closed: event.type === 'AuthorityDemandAnswered' ? 'answered' : 'refused' };
  }, {});

/** `uuid` names the demand's stream. Refuses DEMAND_UNKNOWN, DEMAND_CLOSED, FUTURE, UNTIL_PAST, LAW_MISSING, STAFF_UNKNOWN. */
export function decideDemand(
  command: DemandCommand,
  uuid: string,
  state: DemandState,
  outside: Outside & { readonly at: string },
): Draft[] {
  const { at } = outside;
  staffKnown(command.staff, outside);
  if (command.type === 'ReceiveDemand') return [received(command, uuid, at)];
  if (state.received === undefined) throw new Refused('DEMAND_UNKNOWN', 'there is no such demand', { demand: uuid });
  if (state.closed) throw new Refused('DEMAND_CLOSED', `the demand was ${state.closed} before`, { demand: uuid });
  notAhead(command.moment, at);
  const { type, staff, moment } = command;
  const by = staff === undefined ? {} : { staff };
  if (type === 'AnswerDemand') {
    const { outcome, categories, transfers } = command;
    const facts = {
      outcome,
      moment,
      ...(categories && { categories: [...categories] }),
      ...(transfers && { transfers: [...transfers] }),
      ...by,
    };
    return [draft(uuid, 'AuthorityDemandAnswered', facts, moment)];
  }
  const { reason, act, article } = command;
  lawNamed(reason, act, article);
  return [draft(uuid, 'AuthorityDemandRefused', { reason, moment, ...lawOf(act, article), ...by }, moment)];
}

function received(command: ReceiveDemand, uuid: string, at: string): Draft {
  const { authority, received: moment, due, act, article, categories, subjects, staff, name, reference } = command;
  notAhead(moment, at);
  if (due !== undefined && due <= moment) throw new Refused('UNTIL_PAST', 'it would be due before it came', { due });
  const facts: Facts = {
    authority,
    received: moment,
    ...(due !== undefined && { due }),
    ...lawOf(act, article),
    ...(categories && { categories: [...categories] }),
    ...(subjects && { subjects: [...subjects] }),
    ...(staff !== undefined && { staff }),
  };
  const owner = `request-${uuid}`;
  return {
    ...draft(uuid, 'AuthorityDemandReceived', facts, moment),
    seals: [
      { category: 'meta.name', value: name, owner },
      ...(reference === undefined ? [] : [{ category: 'meta.reference', value: reference, owner }]),
    ],
  };
}

const draft = (uuid: string, type: string, facts: Facts, occurred: string): Draft => ({
  type,
  facts,
  stream: demandStream(uuid),
  occurred,
});

const lawOf = (act: string | undefined, article: string | undefined): Facts => ({
  ...(act !== undefined && { act }),
  ...(article !== undefined && { article }),
});

function notAhead(moment: string, at: string): void {
  if (moment > at) throw new Refused('FUTURE', 'it has not happened yet', { moment });
}
