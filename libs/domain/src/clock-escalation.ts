// Who was warned of which clock? Each stage of each clock is told once, whatever is rebuilt or started again.
import { defineEvent, type Draft, type RecordedOf } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, EventId, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

export const escalationStages = ['due-soon', 'overdue'] as const;
export type EscalationStage = (typeof escalationStages)[number];

/**
 * The stream is `clock-<uuid>` of the event in which the clock stands: it names no person and grows by two events a clock, so no
 * warning ever stands in the way of what is told of a person or a request.
 */
export const ClockEscalated = defineEvent('ClockEscalated', {
  v: 1,
  says: 'A clock came near its end, or ended, before what it is about was done: the responsible person was to be warned.',
  facts: closed({
    clock: EventId,
    kind: Type.Enum(['request', 'task', 'withdrawal', 'incident', 'assessment']),
    term: Code,
    profile: Code,
    due: Moment,
    strict: optional(Moment),
    stage: Type.Enum([...escalationStages]),
    request: optional(Uuid),
  }),
  sample: {
    clock: sampleUuid(30),
    kind: 'request',
    term: 'access',
    profile: 'kz',
    due: '2026-11-25T18:59:59Z',
    stage: 'due-soon',
    request: sampleUuid(31),
  },
});
export type Escalation = RecordedOf<typeof ClockEscalated>['facts'];

export const clockStream = (clock: string): string => `clock-${clock}`;

const stageOf = ({ term, profile, due, stage }: Escalation): string => [term, profile, due, stage].join(' ');

/** Nothing where the same stage of the same clock was told before. */
export function escalate(escalation: Escalation, told: readonly Escalation[], occurred: string): Draft[] {
  if (told.some((one) => stageOf(one) === stageOf(escalation))) return [];
  return [{ type: 'ClockEscalated', facts: escalation, stream: clockStream(escalation.clock), occurred }];
}
