// Whose answer went astray? One step: what happened to the request, and the breach that it is, in one claim.
import { incidentDecider, requestDecider, requestStream, type DeclareIncident } from '@derbes/domain';
import { type Draft } from '@derbes/kernel';
import { Radius } from '@derbes/read-models';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { declaredBy } from '../incidents/declaring.js';
import { FrozenRadii } from '../incidents/frozen-radius.js';
import { type ScopeForm } from '../incidents/incident-commands.js';
import { scopedBy } from '../incidents/scoping.js';
import { sealingOf } from '../incidents/sealing.js';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { ReportMisdirected, type MisdirectedTaken } from './request-commands.js';
import { readRequestStream } from './request-streams.js';

@CommandHandler(ReportMisdirected)
export class ReportMisdirectedHandler implements ICommandHandler<ReportMisdirected> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
    private readonly radius: Radius,
    private readonly frozen: FrozenRadii,
  ) {}

  execute(command: ReportMisdirected): Promise<MisdirectedTaken> {
    const { request, ground, affected, staff } = command;
    const { registers } = this.writers;
    const detected = command.detected === undefined ? undefined : wholeSeconds(command.detected);
    const incident = randomUUID();
    const { values, sealed } = sealingOf({}, true);
    return this.writers.commands.write<Omit<MisdirectedTaken, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const { state, head } = await readRequestStream(this.readers.store, request);
        const report = { type: 'ReportMisdirected', ground, detected, affected, staff } as const;
        const [astray] = requestDecider.decide(report, state, { ...registers.outside, at, request });
        const heads = new Map([[requestStream(request), head]]);
        if (!astray) return { drafts: [], heads, result: {} };
        const event = randomUUID();
        const { scope, radius } = await this.counted(astray, state.received?.facts.categories, at);
        const declare: DeclareIncident = {
          type: 'DeclareIncident',
          kind: 'misdirected-answer',
          detected: astray.occurred,
          scope,
          radius,
          misdirected: { event, request },
          staff,
          sealed,
        };
        const outside = { ...registers.outside, at, incident };
        const drafts = incidentDecider.decide(declare, incidentDecider.initial, outside);
        const result = { incident, ...declaredBy(drafts, radius) };
        return { drafts: [{ ...astray, id: event }, ...drafts], values, heads, result };
      },
      result: {},
    });
  }

  /** Whose data the answer told: the person of the request and who else was named. */
  private async counted({ facts }: Draft, categories: readonly string[] | undefined, at: string) {
    const { affected } = facts as { readonly affected: readonly string[] };
    const named: ScopeForm = { subjects: [...affected], ...(categories && { categories: [...categories] }) };
    const { scope, ask } = await scopedBy(this.writers, this.radius, named, at, at);
    return { scope, radius: await this.frozen.freeze(scope, ask, at) };
  }
}
