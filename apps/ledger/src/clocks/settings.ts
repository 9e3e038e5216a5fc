// With which settings are clocks watched: how early is a warning, how often are they looked at, and whom does a warning reach?
import { secretKey } from '../delivery/signature.js';

const leadHoursDefault = 24;
const leadHoursMax = 720;
const sweepSecondsDefault = 60;
const sweepSecondsMax = 86_400;
const recipientsMax = 10;

export interface MailSettings {
  /** `smtp://user:password@host:587`, or smtps. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
}

export interface NoticeWebhookSettings {
  readonly url: string;
  /** `whsec_…`, as Standard Webhooks has it. */
  readonly secret: string;
}

export interface ClockSettings {
  /** How long before it warns a clock is due soon. */
  readonly leadHours: number;
  /** How often clocks are looked at; 0: never. */
  readonly sweepSeconds: number;
  readonly mail?: MailSettings;
  readonly webhook?: NoticeWebhookSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds what is wrong to `mistakes`. */
export function readClockSettings(environment: Environment, mistakes: string[]): ClockSettings {
  const text = (name: string): string => environment[name]?.trim() ?? '';
  const whole = (name: string, otherwise: number, max: number): number => {
    const given = text(name) || String(otherwise);
    if (/^\d{1,6}$/.test(given) && Number(given) <= max) return Number(given);
    mistakes.push(`${name} must be a whole number from 0 to ${max}`);
    return otherwise;
  };
  const mail = mailOf(text, mistakes);
  const webhook = webhookOf(text, mistakes);
  return {
    leadHours: whole('CLOCK_LEAD_HOURS', leadHoursDefault, leadHoursMax),
    sweepSeconds: whole('CLOCK_SWEEP_SECONDS', sweepSecondsDefault, sweepSecondsMax),
    ...(mail && { mail }),
    ...(webhook && { webhook }),
  };
}

type Text = (name: string) => string;
const mailbox = /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/;

function mailOf(text: Text, mistakes: string[]): MailSettings | undefined {
  const url = text('NOTIFY_SMTP_URL');
  const to = text('NOTIFY_MAIL_TO')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const from = text('NOTIFY_MAIL_FROM');
  if (url === '' && to.length === 0 && from === '') return undefined;
  if (!URL.canParse(url) || !/^smtps?:\/\/[^\s]+$/.test(url)) {
    mistakes.push('NOTIFY_SMTP_URL must be of the form smtp://user:password@host:587, or smtps');
  }
  if (to.length === 0 || to.length > recipientsMax || !to.every((one) => mailbox.test(one))) {
    mistakes.push(`NOTIFY_MAIL_TO must be 1 to ${recipientsMax} mailboxes, separated by commas`);
  }
  if (!mailbox.test(from)) mistakes.push('NOTIFY_MAIL_FROM must be a mailbox');
  return { url, from, to };
}

function webhookOf(text: Text, mistakes: string[]): NoticeWebhookSettings | undefined {
  const url = text('NOTIFY_WEBHOOK_URL');
  const secret = text('NOTIFY_WEBHOOK_SECRET');
  if (url === '' && secret === '') return undefined;
  if (!URL.canParse(url) || !/^https?:\/\//.test(url)) mistakes.push('NOTIFY_WEBHOOK_URL must be an http or https URL');
  if (!secretKey(secret)) mistakes.push('NOTIFY_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64');
  return { url, secret };
}
