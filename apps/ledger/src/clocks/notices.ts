// How does the responsible person hear of clocks without asking? By mail and webhook: ids, codes and moments, never a person's value.
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { Networks } from '../delivery/addresses.js';
import { DestinationGuard } from '../delivery/destination-guard.js';
import { signedHeaders } from '../delivery/signature.js';
import { WebhookCalls } from '../delivery/webhook-call.js';
import { type Escalation } from '@derbes/domain';
import { type Pool } from 'pg';
import { NoticeRows } from './notice-rows.js';
import { type ClockSettings, type MailSettings, type NoticeWebhookSettings } from './settings.js';

/** Warnings that one message names. */
export const namedNoticesMax = 200;
const smtpMsMax = 20_000;
const okMax = 299;

export interface Notice {
  readonly escalations: readonly Escalation[];
  /** Those that are not named. */
  readonly more: number;
  readonly made: string;
}

/** One way to tell; rejects when it was not taken, and is asked again with the same notice. */
export interface Channel {
  readonly name: 'mail' | 'webhook';
  send(notice: Notice): Promise<void>;
  close(): void;
}

/** The same for every attempt to tell the same. */
export const noticeId = ({ escalations, made }: Notice): string =>
  createHash('sha256')
    .update(JSON.stringify([made, escalations]))
    .digest('hex')
    .slice(0, 32);

const line = ({ stage, term, profile, due, strict, kind, clock, request }: Escalation): string =>
  [
    `${stage}  due ${due}${strict === undefined ? '' : ` (strict ${strict})`}  ${profile} ${term}  ${kind}`,
    request === undefined ? `clock ${clock}` : `request ${request}`,
  ].join('  ');

/** Subject and text of a mail: nothing in it is anybody's. */
export function mailOf(notice: Notice): { readonly subject: string; readonly text: string } {
  const { escalations, more } = notice;
  const overdue = escalations.filter(({ stage }) => stage === 'overdue').length;
  const subject = `Derbes: ${overdue} overdue, ${escalations.length - overdue} due soon${more > 0 ? `, ${more} more` : ''}`;
  const rest = more > 0 ? [`… and ${more} more`] : [];
  return { subject, text: `${[...escalations.map(line), ...rest, '', 'derbes clocks lists what runs.'].join('\n')}\n` };
}

export function mailChannel({ url, from, to }: MailSettings): Channel {
  const transport = createTransport({
    url,
    connectionTimeout: smtpMsMax,
    socketTimeout: smtpMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'mail',
    async send(notice) {
      const messageId = `<${noticeId(notice)}@derbes>`;
      await transport.sendMail({ from, to: [...to], messageId, ...mailOf(notice) });
    },
    close: () => transport.close(),
  };
}

export function webhookChannel(
  { url, secret }: NoticeWebhookSettings,
  networks: readonly string[],
  clock: () => Date,
): Channel {
  const guard = new DestinationGuard({ networks: new Networks(networks) });
  const calls = new WebhookCalls();
  return {
    name: 'webhook',
    async send(notice) {
      const { escalations, more, made } = notice;
      const data = { escalations, ...(more > 0 && { more: String(more) }) };
      const body = Buffer.from(JSON.stringify({ type: 'derbes.clocks.escalated', timestamp: made, data }));
      const timestamp = String(Math.floor(clock().getTime() / 1_000));
      const headers = signedHeaders({ id: `clocks-${noticeId(notice)}`, timestamp, body }, secret);
      const { status } = await calls.post(await guard.check(url), headers, body);
      if (status > okMax) throw new Error(`the receiver of notices answered ${status}`);
    },
    close: () => calls.close(),
  };
}

/** What is to be told stands in rows until every channel took it; what a channel did not take is sent again with the next round. */
export class Notices {
  private readonly rows: NoticeRows;

  constructor(
    private readonly channels: readonly Channel[],
    pool: Pool,
    private readonly clock: () => Date,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.rows = new NoticeRows(pool);
  }

  static of(
    settings: ClockSettings,
    networks: readonly string[],
    pool: Pool,
    clock: () => Date,
    onTrouble: (error: unknown) => void,
  ) {
    const { mail, webhook } = settings;
    const channels = [
      ...(mail ? [mailChannel(mail)] : []),
      ...(webhook ? [webhookChannel(webhook, networks, clock)] : []),
    ];
    return new Notices(channels, pool, clock, onTrouble);
  }

  /** Before the warnings are recorded, so that none is recorded and never told; answers which of them this call wrote down. */
  add(escalations: readonly Escalation[]): Promise<ReadonlySet<string>> {
    return this.rows.add(
      this.channels.map(({ name }) => name),
      escalations,
    );
  }

  /** Somebody else recorded these. */
  drop(warnings: readonly string[]): Promise<void> {
    return this.rows.drop(warnings);
  }

  /** Tells all that waits, one message a channel; a channel that fails keeps what it had. */
  async send(): Promise<void> {
    await Promise.all(this.channels.map((channel) => this.sendBy(channel)));
  }

  close(): void {
    for (const channel of this.channels) channel.close();
  }

  private async sendBy(channel: Channel): Promise<void> {
    try {
      const held = await this.rows.hold(channel.name, this.clock());
      if (!held) return;
      // What was begun is told again word for word, so that whoever took it once knows it.
      const { escalations, made, notice } = held;
      const more = Math.max(0, escalations.length - namedNoticesMax);
      try {
        await channel.send({ escalations: escalations.slice(0, namedNoticesMax), more, made });
      } catch (error) {
        await this.rows.left(notice);
        throw error;
      }
      await this.rows.taken(notice);
    } catch (error) {
      this.onTrouble(error);
    }
  }
}
