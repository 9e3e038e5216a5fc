// Who changes whom a breach concerns, keeps which authority was told and which people, and closes it?
import { incidentDecider, incidentStream, type IncidentCommand } from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { Radius } from '@derbes/read-models';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { type Asked } from '../keys/asked.js';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { FrozenRadii } from './frozen-radius.js';
import { ChangeScope, CloseIncident, NotifyAuthority, TellAffected, type ScopeChanged } from './incident-commands.js';
import { incidentOwner, readIncidentStream } from './incident-streams.js';
import { scopedBy } from './scoping.js';
import { sealingOf } from './sealing.js';

const moment = (text: string | undefined): string | undefined => (text === undefined ? undefined : wholeSeconds(text));

/** Decides on the incident's stream as it stands, and answers what the event says. */
function write<Result extends object>(
  writers: Writers,
  command: { readonly asked: Asked; readonly incident: string },
  decided: IncidentCommand,
  values: readonly JsonValue[],
  result: Result,
  told: (facts: object | undefined) => Partial<Result> = () => ({}),
): Promise<Result & { readonly status: 'recorded' | 'repeated' }> {
  const { incident } = command;
  return writers.commands.write<Result>({
    asked: command.asked,
    content: contentOf(command),
    contentOwner: incidentOwner(incident),
    decide: async (at) => {
      const { state, head } = await readIncidentStream(writers.store, incident);
      const drafts = incidentDecider.decide(decided, state, { ...writers.registers.outside, at, incident });
      return {
        drafts,
        values,
        heads: new Map([[incidentStream(incident), head]]),
        result: told(drafts[0]?.facts as object | undefined),
      };
    },
    result,
  });
}

@CommandHandler(ChangeScope)
export class ChangeScopeHandler implements ICommandHandler<ChangeScope> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
    private readonly radius: Radius,
    private readonly frozen: FrozenRadii,
  ) {}

  async execute(command: ChangeScope): Promise<ScopeChanged> {
    const { incident, staff } = command;
    const { state } = await readIncidentStream(this.writers.store, incident);
    if (!state.detected) throw new Problem('INCIDENT_UNKNOWN', 'there is no such incident');
    const now = this.readers.now();
    const { scope, ask } = await scopedBy(this.writers, this.radius, command.scope, now, state.detected.facts.detected);
    const radius = await this.frozen.freeze(scope, ask, now, state.radius?.document);
    const { values, sealed } = sealingOf(command);
    const decided = { type: 'ChangeScope', scope, radius, staff, sealed } as const;
    const counts = { ...(radius && { people: radius.people, records: radius.records }) };
    const unchanged: Omit<ScopeChanged, 'status'> = { change: 'same', ...counts };
    return write(this.writers, command, decided, values, unchanged, (facts) => {
      if (!facts) return {};
      const { change, added, gone } = facts as Pick<ScopeChanged, 'change' | 'added' | 'gone'>;
      return { change, ...(added !== undefined && { added }), ...(gone !== undefined && { gone }) };
    });
  }
}

@CommandHandler(NotifyAuthority)
export class NotifyAuthorityHandler implements ICommandHandler<NotifyAuthority> {
  constructor(private readonly writers: Writers) {}

  execute(command: NotifyAuthority): Promise<Done> {
    const { authority, profile, how, pack, staff } = command;
    const { values, sealed } = sealingOf(command);
    const told = { told: moment(command.told), how, pack, staff, sealed };
    return write(this.writers, command, { type: 'NotifyAuthority', authority, profile, ...told }, values, {});
  }
}

@CommandHandler(TellAffected)
export class TellAffectedHandler implements ICommandHandler<TellAffected> {
  constructor(private readonly writers: Writers) {}

  execute(command: TellAffected): Promise<Done> {
    const { through, people, pack, staff } = command;
    const { values, sealed } = sealingOf(command);
    const told = { told: moment(command.told), people, pack, staff, sealed };
    return write(this.writers, command, { type: 'TellAffected', through, ...told }, values, {});
  }
}

@CommandHandler(CloseIncident)
export class CloseIncidentHandler implements ICommandHandler<CloseIncident> {
  constructor(private readonly writers: Writers) {}

  execute(command: CloseIncident): Promise<Done> {
    const { outcome, act, article, untold, staff } = command;
    const { values, sealed } = sealingOf(command);
    return write(
      this.writers,
      command,
      { type: 'CloseIncident', outcome, act, article, untold, staff, sealed },
      values,
      {},
    );
  }
}
