// Who makes a notice, says that it was told, and shows it? What is told is sealed before anybody reads it, and read again from there.
import { entriesOf, noticeIn, subjectOfStream, tellNotice } from '@derbes/domain';
import { Refused, type Recorded } from '@derbes/kernel';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { openTraced } from '../read/open-parts.js';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { controllerOwner } from '../write/opening.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import {
  MakeNotice,
  PreviewNotice,
  ReadNotice,
  RecordNotice,
  type NoticeMade,
  type NoticePrepared,
  type NoticePreview,
  type NoticeView,
} from './notice-commands.js';
import { hashOf, NoticeMaker, type NoticeAsked } from './notice-maker.js';

const makerOf = (writers: Writers, readers: Readers): NoticeMaker =>
  new NoticeMaker({
    cache: writers.cache,
    vault: writers.vault,
    registers: writers.registers,
    erasedAmong: readers.erasedAmong,
  });

const askedOf = ({ subject, language, anew, byHand }: MakeNotice): NoticeAsked => ({
  subject,
  language,
  anew,
  byHand,
  made: 'by-officer',
});

@CommandHandler(MakeNotice)
export class MakeNoticeHandler implements ICommandHandler<MakeNotice> {
  private readonly maker: NoticeMaker;

  constructor(
    private readonly writers: Writers,
    readers: Readers,
  ) {
    this.maker = makerOf(writers, readers);
  }

  execute(command: MakeNotice): Promise<NoticePrepared> {
    const notice = randomUUID();
    return this.writers.commands.write<NoticeMade>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => this.maker.plan(await this.maker.worded(askedOf(command), notice, at), 'by-officer'),
      result: { notice, transfers: 0, language: 'ru', hash: '' },
    });
  }
}

@QueryHandler(PreviewNotice)
export class PreviewNoticeHandler implements IQueryHandler<PreviewNotice> {
  private readonly maker: NoticeMaker;

  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {
    this.maker = makerOf(writers, readers);
  }

  execute({ asked, order }: PreviewNotice): Promise<NoticePreview> {
    return this.readers.seam.ask({ question: 'notice-preview', asked }, async (touches) => {
      await this.writers.registers.fresh();
      touches([order.subject]);
      const { text, told } = await this.maker.worded(askedOf(order), randomUUID(), this.readers.now());
      const { transfers, language, due, through, representative } = told;
      return {
        preview: true,
        transfers,
        language,
        ...(due !== undefined && { due }),
        ...(through !== undefined && { through }),
        ...(representative !== undefined && { representative }),
        text,
      };
    });
  }
}

type Prepared = Extract<Recorded, { type: string }>;

/** The event of a notice, wherever it stands. */
async function preparedEvent(readers: Readers, notice: string): Promise<Prepared | undefined> {
  const event = (await readers.mentions.find([notice])).get(notice);
  return event?.type === 'NoticePrepared' ? event : undefined;
}

@CommandHandler(RecordNotice)
export class RecordNoticeHandler implements ICommandHandler<RecordNotice> {
  private readonly maker: NoticeMaker;

  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {
    this.maker = makerOf(writers, readers);
  }

  async execute(command: RecordNotice): Promise<Done> {
    const { notice, channel, happened, reference, staff } = command;
    const { commands, vault, registers } = this.writers;
    const event = await preparedEvent(this.readers, notice);
    if (!event) throw new Refused('NOTICE_UNKNOWN', 'there is no such notice', { notice });
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const { survivor, family, heads } = await this.maker.person(subjectOfStream(event.stream), at);
        const told = {
          subject: survivor,
          notice,
          channel,
          happened: happened === undefined ? undefined : wholeSeconds(happened),
          ...(reference !== undefined && { reference: 0, referenceOwner: controllerOwner(vault.ledger) }),
          staff,
        };
        const drafts = tellNotice(told, family, { ...registers.outside, at, parts: [] });
        return { drafts, heads, ...(reference !== undefined && { values: [reference] }) };
      },
      result: {},
    });
  }
}

@QueryHandler(ReadNotice)
export class ReadNoticeHandler implements IQueryHandler<ReadNotice> {
  private readonly maker: NoticeMaker;

  constructor(
    private readonly readers: Readers,
    writers: Writers,
  ) {
    this.maker = makerOf(writers, readers);
  }

  execute({ asked, notice, as }: ReadNotice): Promise<NoticeView | string | undefined> {
    return this.readers.seam.ask({ question: 'notice', asked, filter: { notice } }, async (touches) => {
      const event = await preparedEvent(this.readers, notice);
      if (!event) return undefined;
      const { survivor, family } = await this.maker.person(subjectOfStream(event.stream), this.readers.now());
      touches([survivor]);
      const text = await this.textOf(event);
      if (as === 'text') return text;
      return viewOf(event, survivor, family, text);
    });
  }

  /** Undefined where it went with the person. */
  private async textOf({ id: event, parts, stream }: Prepared): Promise<string | undefined> {
    const traced = parts.map((part) => ({ ref: { event, p: part.p, owner: part.owner ?? stream }, part }));
    const chunks = (await openTraced(traced, this.readers)).map((one) =>
      one.state === 'opened' && typeof one.value === 'string' ? one.value : undefined,
    );
    return chunks.every((chunk) => chunk !== undefined) ? chunks.join('') : undefined;
  }
}

function viewOf(
  event: Prepared,
  subject: string,
  family: Parameters<typeof noticeIn>[0],
  text: string | undefined,
): NoticeView {
  const { facts, occurred } = noticeIn(family, event.id);
  const told = entriesOf(family, 'SubjectNotified').find((one) => one.facts.notice === event.id);
  return {
    notice: event.id,
    subject,
    made: occurred,
    by: facts.made,
    language: facts.language,
    hash: facts.hash,
    ...(text !== undefined && { same: hashOf(text) === facts.hash ? ('yes' as const) : ('no' as const) }),
    transfers: facts.transfers,
    ...(facts.clock && { due: facts.clock.due }),
    ...(facts.through !== undefined && { through: facts.through }),
    ...(facts.representative !== undefined && { representative: facts.representative }),
    ...(told && { told: { event: told.id, moment: told.occurred, channel: told.facts.channel } }),
    ...(text !== undefined && { text }),
  };
}

export const noticeHandlers = [MakeNoticeHandler, PreviewNoticeHandler, RecordNoticeHandler, ReadNoticeHandler];
