// Who carries out the commands about holds and erasure? They decide like every command, and an order is executed before it is answered.
import {
  decideErasure,
  foldOfFamily,
  tasksOfOrder,
  taskStateAt,
  untold as untoldOf,
  withheldBy,
  type ErasureCommand,
  type SubjectFold,
  type ErasureDecision,
  type Kept,
  type Task,
} from '@derbes/domain';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { familyAround, standingOf } from '../erasure/person-stream.js';
import { placesOf } from '../erasure/places.js';
import { type Plan } from './command-writer.js';
import {
  EraseSubject,
  LiftHold,
  PlaceHold,
  type Erased,
  type HoldLifted,
  type HoldPlaced,
  type KeptBack,
  type ToldOfErasure,
} from './erasure-commands.js';
import { contentOf } from './handlers.js';
import { ownerOfSubject } from './resolving.js';
import { wholeSeconds } from './telling-parts.js';
import { Writers } from './writers.js';

/** Services may tell of her all the while: an order to end that must not lose against them. */
const eraseAttemptsMax = 500;

interface Decided {
  readonly decision: ErasureDecision;
  readonly plan: Omit<Plan, 'result'>;
  /** Before what was decided. */
  readonly family: SubjectFold;
}

/** By what stands on the disk about the person and everybody merged with her. */
async function decided(
  writers: Writers,
  command: ErasureCommand,
  at: string,
  streams = writers.erasures.streams(),
): Promise<Decided> {
  const { folds, heads } = await standingOf(streams, command.subject, at);
  const members = [...folds.keys()];
  const parts = await Promise.all(members.map((member) => placesOf(writers.vault, ownerOfSubject(member))));
  const decision = decideErasure(command, folds, {
    ...writers.registers.outside,
    at,
    ids: members.map(() => randomUUID()),
    parts: parts.flat(),
    restricted: await writers.restricted.holdsOn(members, at),
  });
  const family = foldOfFamily(command.subject, folds);
  return { decision, family, plan: { drafts: decision.drafts, heads } };
}

@CommandHandler(PlaceHold)
export class PlaceHoldHandler implements ICommandHandler<PlaceHold> {
  constructor(private readonly writers: Writers) {}

  execute(command: PlaceHold): Promise<HoldPlaced> {
    const { subject, ground, act, article, categories, until, staff } = command;
    const hold = randomUUID();
    return this.writers.commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const { plan } = await decided(
          this.writers,
          {
            type: 'PlaceHold',
            subject,
            ground,
            act,
            article,
            categories,
            until: until === undefined ? undefined : wholeSeconds(until),
            staff,
          },
          at,
        );
        return { ...plan, drafts: plan.drafts.map((draft) => ({ ...draft, id: hold })) };
      },
      result: { hold },
    });
  }
}

@CommandHandler(LiftHold)
export class LiftHoldHandler implements ICommandHandler<LiftHold> {
  constructor(private readonly writers: Writers) {}

  async execute(command: LiftHold): Promise<HoldLifted> {
    const { subject, hold, ground, staff } = command;
    const lifted = await this.writers.commands.write<Omit<HoldLifted, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const order = { type: 'LiftHold', subject, hold, ground, staff } as const;
        const { family, plan } = await decided(this.writers, order, at);
        return { ...plan, result: { withheld: withheldBy(family, hold) } };
      },
      result: { withheld: [] },
    });
    // What waited for the end of the hold need not wait for the worker.
    await this.writers.erasures.executeAbout(subject);
    return lifted;
  }
}

@CommandHandler(EraseSubject)
export class EraseSubjectHandler implements ICommandHandler<EraseSubject> {
  constructor(private readonly writers: Writers) {}

  async execute(command: EraseSubject): Promise<Erased> {
    const { subject, scope, categories, parts, ground, act, article, decide, reason, untold, request, staff } = command;
    const { erasures } = this.writers;
    const streams = erasures.streams();
    const erased = await this.writers.commands.write<Omit<Erased, 'status' | 'state' | 'tasks'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const order = { type: 'OrderErasure', subject, scope, categories, parts, ground, act, article } as const;
        const { decision, plan } = await decided(
          this.writers,
          { ...order, decide, reason, untold, request, staff },
          at,
          streams,
        );
        return { ...plan, result: told(decision) };
      },
      result: { outcome: 'refused', kept: [] },
      attempts: eraseAttemptsMax,
    });
    if (erased.order === undefined) return erased;
    // Whoever is merged with her goes with her, by an order in each stream.
    const { folds } = await standingOf(streams, subject, wholeSeconds(new Date().toISOString()));
    for (const member of folds.keys()) await erasures.executeAbout(member, streams);
    const state = await erasures.stateOf(erased.order, subject, streams);
    const now = wholeSeconds(new Date().toISOString());
    const { fold } = await familyAround(streams, subject, now);
    const waiting = new Set(untoldOf(fold, erased.order, now).map(({ event }) => event));
    const tasks = tasksOfOrder(fold, erased.order).map((task) => toldOfErasure(task, waiting.has(task.event), now));
    return { ...erased, state, tasks };
  }
}

const toldOfErasure = (task: Task, waitedFor: boolean, now: string): ToldOfErasure => ({
  task: task.event,
  ...(task.holder !== undefined && { holder: task.holder }),
  ...(task.recipient !== undefined && { recipient: task.recipient }),
  by: task.by,
  state: taskStateAt(task, now),
  ...(task.clock && { due: task.clock.due }),
  waitedFor,
});

function told({ outcome, order, kept }: ErasureDecision): Omit<Erased, 'status' | 'state' | 'tasks'> {
  return {
    outcome: outcome === 'narrowed' || outcome === 'refused' ? outcome : 'ordered',
    ...(order !== undefined && { order }),
    kept: kept.map(keptBack),
  };
}

const keptBack = ({ why, categories, act, article, until }: Kept): KeptBack => ({
  why,
  categories,
  ...(act !== undefined && { act }),
  ...(article !== undefined && { article }),
  ...(until !== undefined && { until }),
});
