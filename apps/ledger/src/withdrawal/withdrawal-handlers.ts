// Who decides withdrawals? On what stands on the disk about the person; a preview does the same and writes nothing.
import {
  decideWithdrawal,
  type ConsentScope,
  type DecideWithdrawal,
  type WithdrawalCommand,
  type WithdrawalDecision,
} from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { placesOf } from '../erasure/places.js';
import { Readers } from '../read/readers.js';
import { type Plan } from '../write/command-writer.js';
import { foldsOf } from '../write/folds-of.js';
import { contentOf } from '../write/handlers.js';
import { ownerOfSubject } from '../write/resolving.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import {
  PreviewWithdrawal,
  WithdrawConsent,
  type WithdrawalAnswer,
  type WithdrawalDecided,
  type WithdrawalPreview,
} from './withdrawal-commands.js';

/** What decides: the part of the writers that a withdrawal needs. */
export type Deciding = Pick<Writers, 'cache' | 'vault' | 'registers'>;

/** Decides by what stands on the disk about the person and everybody merged with her. */
export async function decidedNow(
  deciding: Deciding,
  command: WithdrawalCommand,
  at: string,
): Promise<{ readonly decision: WithdrawalDecision; readonly plan: Omit<Plan, 'result'> }> {
  const { folds, heads } = await foldsOf(deciding, [command.subject], at);
  const members = [...folds.keys()];
  const parts = await Promise.all(members.map((member) => placesOf(deciding.vault, ownerOfSubject(member))));
  const consents = [...folds.values()].reduce((sum, { state }) => sum + state.consents.given.size, 0);
  const decision = decideWithdrawal(command, folds, {
    ...deciding.registers.outside,
    at,
    ids: Array.from({ length: consents + 2 }, () => randomUUID()),
    parts: parts.flat(),
  });
  return { decision, plan: { drafts: decision.drafts, heads } };
}

function commandOf(command: WithdrawConsent): DecideWithdrawal {
  const { subject, withdrawal, consent, scope, received, channel, request, decide, reason, staff } = command;
  return {
    type: 'DecideWithdrawal',
    subject,
    withdrawal,
    consent,
    scope: scope && scopeOf(scope),
    received: received === undefined ? undefined : wholeSeconds(received),
    channel,
    request,
    decide,
    reason,
    staff,
  };
}

/** As an event names it; one that names nothing is the whole consent. */
function scopeOf({
  purposes,
  categories,
  recipients,
  ...kinds
}: NonNullable<WithdrawConsent['scope']>): ConsentScope | undefined {
  const scope: ConsentScope = {
    ...(purposes && { purposes }),
    ...(categories && { categories }),
    ...(recipients && { recipients }),
    ...(kinds.thirdParties && { thirdParties: 'yes' as const }),
    ...(kinds.crossBorder && { crossBorder: 'yes' as const }),
    ...(kinds.publication && { publication: 'yes' as const }),
  };
  return Object.keys(scope).length === 0 ? undefined : scope;
}

const told = ({ outcome, withdrawals, stopped, kept, untouched }: WithdrawalDecision): WithdrawalAnswer => ({
  outcome,
  withdrawals,
  stopped,
  refused: kept,
  untouched,
});

@CommandHandler(WithdrawConsent)
export class WithdrawConsentHandler implements ICommandHandler<WithdrawConsent> {
  constructor(private readonly writers: Writers) {}

  execute(command: WithdrawConsent): Promise<WithdrawalDecided> {
    return this.writers.commands.write<WithdrawalAnswer>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const { decision, plan } = await decidedNow(this.writers, commandOf(command), at);
        return { ...plan, result: told(decision) };
      },
      result: { outcome: 'nothing', withdrawals: [], stopped: [], refused: [], untouched: [] },
    });
  }
}

@QueryHandler(PreviewWithdrawal)
export class PreviewWithdrawalHandler implements IQueryHandler<PreviewWithdrawal> {
  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {}

  execute({ asked, order }: PreviewWithdrawal): Promise<WithdrawalPreview> {
    return this.readers.seam.ask({ question: 'withdrawal-preview', asked }, async (touches) => {
      await this.writers.registers.fresh();
      touches([order.subject]);
      return this.preview(commandOf(order), this.readers.now());
    });
  }

  /** What nobody confirmed is shown as kept, with what is to be decided; the decision itself would be refused. */
  private async preview(command: DecideWithdrawal, at: string): Promise<WithdrawalPreview> {
    try {
      const { decision } = await decidedNow(this.writers, command, at);
      return { preview: true, ...told(decision), undecided: [] };
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'RETENTION_UNCONFIRMED') throw error;
      const kept = { ...command, decide: 'keep' as const, reason: 'undecided' };
      const { decision } = await decidedNow(this.writers, kept, at);
      return { preview: true, ...told(decision), undecided: (error.facts['rows'] ?? '').split(',') };
    }
  }
}
