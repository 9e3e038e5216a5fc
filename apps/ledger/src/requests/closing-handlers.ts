// Who makes a request's term longer, refuses it, or says that its answer went astray?
import { dueOfRequest, requestDecider, requestStream, type Clock, type RequestCommand } from '@derbes/domain';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Asked } from '../keys/asked.js';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { ExtendRequest, RefuseRequest, type TermExtended } from './request-commands.js';
import { readRequestStream } from './request-streams.js';

/** Decides on the request's stream as it stands, and answers what the event says. */
function write<Result extends object>(
  { writers, readers }: { readonly writers: Writers; readonly readers: Readers },
  command: { readonly asked: Asked; readonly request: string },
  decided: RequestCommand,
  result: Result,
  told: (facts: object) => Partial<Result> = () => ({}),
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
    const { reason, act, article, how, delivered, language, staff } = command;
    const sent = { how, delivered: moment(delivered), language, staff };
    return write(this, command, { type: 'RefuseRequest', reason, act, article, ...sent }, {});
  }
}
