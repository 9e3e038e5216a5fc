// Who makes notices where the edition lets them be made by themselves, and records what their sender says was sent? The worker, once each.
import { entriesOf, sentNotices, tellNotice } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { type NoticeDue, type NoticeQueue } from '@derbes/read-models';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type NoticeMade } from './notice-commands.js';
import { NoticeMaker, type NoticeMakerParts } from './notice-maker.js';

/** People, and notices, taken up in one round; the next round takes the next. */
const togetherMax = 100;
/** So long before the first transfer of a person is due her notice is made, so that one names as many as can be and still arrives. */
const noticeLeadMs = 3 * 24 * 60 * 60_000;

export interface NoticeRoundsParts extends NoticeMakerParts {
  readonly commands: CommandWriter;
  readonly queue: Pick<NoticeQueue, 'due' | 'sent'>;
  readonly clock: () => Date;
  /** Hears of one that could not be made or recorded now. */
  readonly onTrouble: (error: unknown) => void;
}

export class NoticeRounds {
  private readonly maker: NoticeMaker;
  /** Behind whom the next round goes on: who cannot be told holds nobody else up. */
  private after: NoticeDue | undefined;

  constructor(private readonly parts: NoticeRoundsParts) {
    this.maker = new NoticeMaker(parts);
  }

  /** Answers how many notices were made and how many recorded as told. One that fails is come back to. */
  async workOff(): Promise<{ readonly made: number; readonly told: number }> {
    const told = await this.recordSent();
    return { made: await this.makeDue(), told };
  }

  private async makeDue(): Promise<number> {
    const { registers, queue, clock } = this.parts;
    await registers.fresh();
    const now = clock();
    const edition = registers.editionAt(wholeSeconds(now.toISOString()));
    if (edition === undefined || registers.outside.documents.policy(edition)?.transferNotices.byItself !== true)
      return 0;
    const until = wholeSeconds(new Date(now.getTime() + noticeLeadMs).toISOString());
    const due = (await queue.due(until, togetherMax, this.after)) ?? [];
    this.after = due.length < togetherMax ? undefined : due.at(-1);
    return this.count(due, (one) => this.make(one));
  }

  private async recordSent(): Promise<number> {
    const sent = (await this.parts.queue.sent(togetherMax)) ?? [];
    return this.count(sent, (one) => this.record(one));
  }

  private async count<T>(all: readonly T[], does: (one: T) => Promise<boolean>): Promise<number> {
    let done = 0;
    for (const one of all) {
      try {
        if (await does(one)) done++;
      } catch (error) {
        // Told meanwhile, merged, to be erased, or nobody acts for her: the register shows it, and an officer has to look.
        if (!(error instanceof Refused)) this.parts.onTrouble(error);
      }
    }
    return done;
  }

  /**
   * The read model may be behind, so what is due is decided on the disk. The claim is of the person, the due moment and how many notices
   * she was made before, so that two workers, a restart or a rebuild make none twice, and one that was let go can be made again.
   */
  private async make({ subject, due }: NoticeDue): Promise<boolean> {
    const { family } = await this.maker.person(subject, wholeSeconds(this.parts.clock().toISOString()));
    const before = entriesOf(family, 'NoticePrepared').length;
    const notice = randomUUID();
    const { status } = await this.parts.commands.write<NoticeMade>({
      asked: this.asked(`notice.${subject}.${due}.${before}`),
      actor: 'ledger',
      content: { notice: subject, due },
      decide: async (at) =>
        this.maker.plan(await this.maker.worded({ subject, made: 'by-itself' }, notice, at), 'by-itself'),
      result: { notice, transfers: 0, language: 'ru', hash: '' },
    });
    return status === 'recorded';
  }

  private async record({ notice, subject }: { readonly notice: string; readonly subject: string }): Promise<boolean> {
    const { commands, registers } = this.parts;
    const { status } = await commands.write({
      asked: this.asked(`notice-told.${notice}`),
      actor: 'ledger',
      content: { told: notice },
      decide: async (at) => {
        const { survivor, family, heads } = await this.maker.person(subject, at);
        const sent = sentNotices(family).find((one) => one.notice === notice);
        if (!sent) throw new Refused('NOTICE_TOLD', 'it is recorded already that she was told', { notice });
        const drafts = tellNotice({ subject: survivor, ...sent }, family, { ...registers.outside, at, parts: [] });
        return { drafts, heads };
      },
      result: {},
    });
    return status === 'recorded';
  }

  private asked(idempotencyKey: string) {
    return { by: { key: 'ledger', role: 'admin' as const }, request: randomUUID(), idempotencyKey };
  }
}
