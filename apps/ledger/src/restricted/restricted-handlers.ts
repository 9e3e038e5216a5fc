// Who carries out what is recorded of which the law forbids to tell?
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import {
  AcceptRestrictedLoss,
  LiftRestrictedHold,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
  SetRestrictedTerm,
  type RestrictedDone,
} from './restricted-commands.js';
import { RestrictedWriter } from './restricted-writer.js';

/** What was sent, without what is absent. */
function stated<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const momentOf = (moment: string | undefined): string | undefined => moment && wholeSeconds(moment);

@CommandHandler(RecordRestrictedDemand)
export class RecordRestrictedDemandHandler implements ICommandHandler<RecordRestrictedDemand> {
  constructor(private readonly writers: Writers) {}

  execute(command: RecordRestrictedDemand): Promise<RestrictedDone> {
    const { asked, received, due, subject, authority, reference, categories, text, act, article } = command;
    const said = { kind: 'demand', subject, authority, reference, categories, text, act, article } as const;
    const moments = { received: wholeSeconds(received), due: momentOf(due) };
    return new RestrictedWriter(this.writers).record(asked, contentOf(command), stated({ ...said, ...moments }));
  }
}

@CommandHandler(RecordRestrictedAnswer)
export class RecordRestrictedAnswerHandler implements ICommandHandler<RecordRestrictedAnswer> {
  constructor(private readonly writers: Writers) {}

  execute(command: RecordRestrictedAnswer): Promise<RestrictedDone> {
    const { asked, demand, outcome, moment, reference, text, act, article } = command;
    const said = { kind: 'answer', demand, outcome, reference, text, act, article } as const;
    return new RestrictedWriter(this.writers).record(
      asked,
      contentOf(command),
      stated({ ...said, moment: wholeSeconds(moment) }),
    );
  }
}

@CommandHandler(RecordRestrictedTransfer)
export class RecordRestrictedTransferHandler implements ICommandHandler<RecordRestrictedTransfer> {
  constructor(private readonly writers: Writers) {}

  execute(command: RecordRestrictedTransfer): Promise<RestrictedDone> {
    const { asked, demand, subject, recipient, country, mode, categories, occurred } = command;
    const said = { kind: 'transfer', demand, subject, recipient, country, mode, categories } as const;
    return new RestrictedWriter(this.writers).record(asked, contentOf(command), {
      ...said,
      occurred: wholeSeconds(occurred),
    });
  }
}

@CommandHandler(RecordRestrictedHold)
export class RecordRestrictedHoldHandler implements ICommandHandler<RecordRestrictedHold> {
  constructor(private readonly writers: Writers) {}

  async execute(command: RecordRestrictedHold): Promise<RestrictedDone> {
    const { asked, subject, ground, demand, categories, until, text, act, article } = command;
    const said = { kind: 'hold', subject, ground, demand, categories, text, act, article } as const;
    const done = await new RestrictedWriter(this.writers).record(
      asked,
      contentOf(command),
      stated({ ...said, until: momentOf(until) }),
    );
    // Asked behind the hold: whoever begins afterwards asks for holds, so one of the two sees the other.
    return { ...done, late: await this.writers.erasures.underwayAbout(subject) };
  }
}

/** What waited for the end of the hold is gone on with by the worker, in its own time: nothing follows a lift at once. */
@CommandHandler(LiftRestrictedHold)
export class LiftRestrictedHoldHandler implements ICommandHandler<LiftRestrictedHold> {
  constructor(private readonly writers: Writers) {}

  execute(command: LiftRestrictedHold): Promise<RestrictedDone> {
    const { asked, hold, text } = command;
    return new RestrictedWriter(this.writers).record(asked, contentOf(command), stated({ kind: 'lift', hold, text }));
  }
}

@CommandHandler(SetRestrictedTerm)
export class SetRestrictedTermHandler implements ICommandHandler<SetRestrictedTerm> {
  constructor(private readonly writers: Writers) {}

  execute(command: SetRestrictedTerm): Promise<RestrictedDone> {
    const { asked, matter, until, text, act, article } = command;
    const said = { kind: 'term', matter, until: wholeSeconds(until), text, act, article } as const;
    return new RestrictedWriter(this.writers).record(asked, contentOf(command), stated(said));
  }
}

@CommandHandler(AcceptRestrictedLoss)
export class AcceptRestrictedLossHandler implements ICommandHandler<AcceptRestrictedLoss> {
  constructor(private readonly writers: Writers) {}

  async execute(command: AcceptRestrictedLoss): Promise<RestrictedDone> {
    const { asked, events } = command;
    const said = { kind: 'gone', why: 'lost', events } as const;
    return new RestrictedWriter(this.writers).record(asked, contentOf(command), said);
  }
}
