// Who makes a request's term longer, refuses it, or says what became of its answer on its way?
import {
  dueOfRequest,
  requestDecider,
  requestStream,
  type Clock,
  type RefuseRequest as Refusing,
  type RequestCommand,
} from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Asked } from '../keys/asked.js';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { controllerOwner } from '../write/opening.js';
import { Writers } from '../write/writers.js';
import { refusalPlan } from './refusing.js';
import { ExtendRequest, RefuseRequest, ReportDelivery, type TermExtended } from './request-commands.js';
import { readRequestStream } from './request-streams.js';

/** Decides on the request's stream as it stands, and answers what the event says. */
function write<Result extends object>(
  { writers, readers }: { readonly writers: Writers; readonly readers: Readers },
  command: { readonly asked: Asked; readonly request: string },
  decided: RequestCommand,
  result: Result,
  told: (facts: object) => Partial<Result> = () => ({}),
  values: readonly JsonValue[] = [],
): Promise<Result & { readonly status: 'recorded' | 'repeated' }> {
  const { request } = command;
  return writers.commands.write<Result>({
    asked: command.asked,
    content: contentOf(command),
    decide: async (at) => {
      const { state, head } = await readRequestStream(readers.store, request);
      const drafts = requestDecider.decide(decided, state, { ...writers.registers.outside, at, request });
      const [draft] = drafts;
      return {
        drafts,
        values,
        heads: new Map([[requestStream(request), head]]),
        result: draft ? told(draft.facts as object) : {},
      };
    },
    result,
  });
}

const moment = (text: string | undefined): string | undefined => (text === undefined ? undefined : wholeSeconds(text));

@CommandHandler(ExtendRequest)
export class ExtendRequestHandler implements ICommandHandler<ExtendRequest> {
  constructor(
    readonly writers: Writers,
    readonly readers: Readers,
  ) {}

  execute(command: ExtendRequest): Promise<TermExtended> {
    const { ground, told, staff } = command;
    const decided = { type: 'ExtendRequest', ground, told: moment(told), staff } as const;
    return write<Omit<TermExtended, 'status'>>(this, command, decided, { due: '', clocks: [] }, (facts) => {
      const { clocks } = facts as { readonly clocks: readonly Clock[] };
      return { clocks, due: dueOfRequest({ clocks })?.due ?? '' };
    });
  }
}

@CommandHandler(RefuseRequest)
export class RefuseRequestHandler implements ICommandHandler<RefuseRequest> {
  constructor(
    readonly writers: Writers,
    readonly readers: Readers,
  ) {}

  execute(command: RefuseRequest): Promise<Done> {
    const { request, reason, act, article, how, delivered, language, staff } = command;
    const sent = { how, delivered: moment(delivered), language, staff };
    const said: Refusing = { type: 'RefuseRequest', reason, act, article, ...sent };
    const { registers, commands } = this.writers;
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) =>
        refusalPlan(said, await readRequestStream(this.readers.store, request), { ...registers.outside, at, request }),
      result: {},
    });
  }
}

@CommandHandler(ReportDelivery)
export class ReportDeliveryHandler implements ICommandHandler<ReportDelivery> {
  constructor(
    readonly writers: Writers,
    readonly readers: Readers,
  ) {}

  /** The number by which post or courier know it outlasts the request: it proves that it arrived. */
  execute(command: ReportDelivery): Promise<Done> {
    const { outcome, how, happened, proof, fault, reference, staff } = command;
    const numbered = reference !== undefined && {
      reference: 0,
      referenceOwner: controllerOwner(this.writers.vault.ledger),
    };
    const told = { how, happened: moment(happened), proof, fault, staff, ...numbered };
    const decided = { type: 'ReportDelivery', outcome, ...told } as const;
    return write(this, command, decided, {}, undefined, reference === undefined ? [] : [reference]);
  }
}
