// Who stops what was refused when its condition ends? The worker, by a command that can be carried out once alone.
import { type Registers } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { decidedNow, type Deciding } from './withdrawal-handlers.js';

/** Refusals taken up in one round; the next round takes the next. */
export const dueMax = 100;

export interface ReopenerParts extends Deciding {
  readonly commands: CommandWriter;
  readonly models: Pick<Registers, 'withdrawals'>;
  /** Now, in whole UTC seconds. */
  readonly now: () => string;
  /** Hears of one that could not be decided now. */
  readonly onTrouble: (error: unknown) => void;
}

interface Due {
  readonly subject: string;
  readonly refusal: string;
  /** When its condition ended. */
  readonly due: string;
}

export class Reopener {
  constructor(private readonly parts: ReopenerParts) {}

  /** Everything that is due by now; answers how many refusals were decided again. One that fails is come back to. */
  async workOff(): Promise<number> {
    let done = 0;
    for (const due of await this.due()) {
      try {
        if (await this.reopen(due)) done++;
      } catch (error) {
        this.parts.onTrouble(error);
      }
    }
    return done;
  }

  /** The read model may be behind: what it still calls due was perhaps decided, which the claim knows. */
  private async due(): Promise<readonly Due[]> {
    const { rows } = await this.parts.models.withdrawals.page({ filter: { due: this.parts.now() }, limit: dueMax });
    return rows.flatMap(({ subject, item, due }) => (due === undefined ? [] : [{ subject, refusal: item, due }]));
  }

  /**
   * The claim is of the refusal (which names its withdrawals and its condition) and of the moment at which the condition ended, so that
   * whatever is replayed, restarted or asked twice decides nothing twice. Answers whether it was decided now.
   */
  private async reopen({ subject, refusal, due }: Due): Promise<boolean> {
    let said = 0;
    const { status } = await this.parts.commands.write({
      asked: {
        by: { key: 'ledger', role: 'admin' },
        request: randomUUID(),
        idempotencyKey: `withdrawal.${refusal}.${due}`,
      },
      actor: 'ledger',
      content: { withdrawal: refusal, due },
      decide: async (at) => {
        const command = { type: 'ReopenWithdrawal', subject, refusal, due } as const;
        const { decision, plan } = await decidedNow(this.parts, command, at);
        said = decision.drafts.length;
        return plan;
      },
      result: {},
    });
    return status === 'recorded' && said > 0;
  }
}
