// Who declares a breach? Its clocks begin, whom it concerns is counted and frozen, and one event says both.
import {
  bindingClock,
  incidentDecider,
  type Clock,
  type DeclareIncident as Declare,
  type FrozenRadius,
} from '@derbes/domain';
import { type Draft } from '@derbes/kernel';
import { Radius } from '@derbes/read-models';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { FrozenRadii } from './frozen-radius.js';
import { DeclareIncident, type IncidentDeclared } from './incident-commands.js';
import { incidentOwner } from './incident-streams.js';
import { scopedBy } from './scoping.js';
import { sealingOf } from './sealing.js';

@CommandHandler(DeclareIncident)
export class DeclareIncidentHandler implements ICommandHandler<DeclareIncident> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
    private readonly radius: Radius,
    private readonly frozen: FrozenRadii,
  ) {}

  async execute(command: DeclareIncident): Promise<IncidentDeclared> {
    const { commands, registers } = this.writers;
    const incident = randomUUID();
    const now = this.readers.now();
    const detected = command.detected === undefined ? now : wholeSeconds(command.detected);
    const { scope, ask } = await scopedBy(
      this.writers,
      this.radius,
      command.scope,
      now,
      detected < now ? detected : now,
    );
    const radius = await this.frozen.freeze(scope, ask, now);
    const { values, sealed } = sealingOf(command, true);
    const { kind, profiles, staff } = command;
    const declare: Declare = { type: 'DeclareIncident', kind, detected, scope, profiles, radius, staff, sealed };
    return commands.write<Omit<IncidentDeclared, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      contentOwner: incidentOwner(incident),
      decide: (at) => {
        const outside = { ...registers.outside, at, incident };
        const drafts = incidentDecider.decide(declare, incidentDecider.initial, outside);
        return { drafts, values, result: declaredBy(drafts, radius) };
      },
      result: { incident, due: '', clocks: [] },
    });
  }
}

/** What whoever declared it is told: by when whom to tell, and how many people it concerns. */
export function declaredBy([draft]: readonly Draft[], radius?: FrozenRadius): Partial<IncidentDeclared> {
  const { clocks } = draft?.facts as { readonly clocks: readonly Clock[] };
  const first = bindingClock(clocks);
  return {
    clocks,
    ...(first && { due: first.due, ...(first.strict !== undefined && { strict: first.strict }) }),
    ...(radius && { people: radius.people, records: radius.records }),
  };
}
