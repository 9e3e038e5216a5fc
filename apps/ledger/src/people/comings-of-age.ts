// Who writes down that a child has come of age? The worker, by a command that can be carried out once alone.
import { Refused } from '@derbes/kernel';
import { type Registers } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { type Writers } from '../write/writers.js';
import { decidedNow } from './people-handlers.js';

/** Birthdays taken up in one round; the next round takes the next. */
const dueMax = 100;

export interface ComingsOfAgeParts extends Pick<Writers, 'cache' | 'registers'> {
  readonly commands: CommandWriter;
  readonly models: Pick<Registers, 'statuses'>;
  /** Now, in whole UTC seconds. */
  readonly now: () => string;
  /** Hears of one that could not be decided now. */
  readonly onTrouble: (error: unknown) => void;
}

interface Due {
  readonly subject: string;
  /** When she came of age. */
  readonly due: string;
}

/** What the read model still calls due is no longer so. */
class NothingToSay extends Error {}

export class ComingsOfAge {
  constructor(private readonly parts: ComingsOfAgeParts) {}

  /** Everybody who is of age by now; answers of how many it was written down. One that fails is come back to. */
  async workOff(): Promise<number> {
    let done = 0;
    for (const due of await this.due()) {
      try {
        if (await this.grow(due)) done++;
      } catch (error) {
        // Merged with somebody, to be erased, no child: nothing is left to say in this stream.
        if (!(error instanceof Refused || error instanceof NothingToSay)) this.parts.onTrouble(error);
      }
    }
    return done;
  }

  /** The read model may be behind: whom it still calls a child is perhaps written down as grown, which the claim knows. */
  private async due(): Promise<readonly Due[]> {
    const { rows } = await this.parts.models.statuses.page({ filter: { due: this.parts.now() }, limit: dueMax });
    return rows.flatMap(({ subject, due }) => (due === undefined ? [] : [{ subject, due }]));
  }

  /** The claim is of the timer, the person and the day, so that whatever is replayed, restarted or asked twice writes nothing twice. */
  private async grow({ subject, due }: Due): Promise<boolean> {
    let said = 0;
    const { status } = await this.parts.commands.write({
      asked: {
        by: { key: 'ledger', role: 'admin' },
        request: randomUUID(),
        idempotencyKey: `coming-of-age.${subject}.${due}`,
      },
      actor: 'ledger',
      content: { comingOfAge: subject, due },
      decide: async (at) => {
        const { decision, plan } = await decidedNow(this.parts, { type: 'ComeOfAge', subject }, at);
        said = decision.drafts.length;
        // Asked too early, or of nobody who is a child: the claim must not be used up by it.
        if (said === 0) throw new NothingToSay();
        return plan;
      },
      result: {},
    });
    return status === 'recorded' && said > 0;
  }
}
