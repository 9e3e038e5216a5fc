// Is everybody told once of what was passed on, by whoever sends it, also where the service is killed in the middle, and is an officer warned?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { MailServer } from '../apps/ledger/src/clocks/testing/mail-server.js';
import { countedByStream, killedAt } from './killed-at.js';
import { ago, bank, by, dayMs, fact, hourMs, policyText, policyYaml, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);

const reason = 'finding';
const peopleCount = 30;
/** Notices, and people told, that stand when the service is killed. */
const doneBefore = 12;
const names = Array.from({ length: peopleCount }, (_, i) => `peredana-${i}@example.kz`);
const fresh = 'peredana-segodnya@example.kz';
const alarmSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let journey: Journey;
let mails: MailServer;
let receiver: Receiver;
let secret: string;

const officer = () => journey.as('officer');

interface Message {
  readonly id: string;
  readonly path: string;
  readonly signed: string;
  readonly signature: string;
  readonly body: string;
}

/** Takes whatever is posted to it. */
class Receiver {
  readonly got: Message[] = [];
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (asked, reply) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const header = (name: string) => String(asked.headers[`webhook-${name}`]);
        const [id, signature] = [header('id'), header('signature')];
        receiver.got.push({
          id,
          path: asked.url ?? '',
          signed: `${id}.${header('timestamp')}.${body}`,
          signature,
          body,
        });
        reply.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  at(path: string): readonly Message[] {
    return this.got.filter((message) => message.path === path);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** As Standard Webhooks has it. */
const macOf = (text: string, whsec: string): string =>
  `v1,${createHmac('sha256', Buffer.from(whsec.slice('whsec_'.length), 'base64'))
    .update(text)
    .digest('base64')}`;

interface Letter {
  readonly task: string;
  readonly kind: string;
  readonly person: readonly { readonly value: string }[];
  readonly values: readonly { readonly value: string }[];
  readonly acknowledge: string;
}
const letters = (): ReadonlyMap<string, Letter> =>
  new Map(receiver.at('/mailer').map(({ id, body }) => [id, (JSON.parse(body) as { data: Letter }).data]));

const passedOn = (email: string, time: string): Told =>
  fact(
    'data.transferred',
    {
      ...{ subject: by('email', email), categories: ['email'], purposes: ['payment'], basis: { code: 'consent' } },
      ...{ recipient: bank.recipient, country: 'KZ', mode: 'sent' },
    },
    { time },
  );
async function tell(...events: Told[]): Promise<void> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  expect(outcomes.filter(({ status }) => status !== 'recorded')).toEqual([]);
}
const made = async (path: string, body: object): Promise<{ readonly secret?: string }> => {
  const answer = await officer().post(path, body);
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.json();
};
/** Types and how often each stands in each stream. */
async function onDisk<T>(asks: (stored: Stored) => Promise<T>): Promise<T> {
  const stored = await Stored.open(journey.places);
  try {
    return await asks(stored);
  } finally {
    await stored.close();
  }
}
const counted = (type: string) => onDisk((stored) => countedByStream(stored, type));
const statuses = async (email: string): Promise<readonly string[]> => {
  const filter = { subject: await officer().find('email', email) };
  return (await officer().register<{ status: string }>('notices', filter, reason)).map(({ status }) => status);
};
const overdue = () => officer().register<{ subject: string }>('findings', { code: 'TRANSFER_NOT_NOTIFIED' }, reason);

beforeAll(async () => {
  mails = await MailServer.listen();
  receiver = await Receiver.listen();
  journey = await Journey.begin({
    WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8',
    CLOCK_SWEEP_SECONDS: '1',
    NOTIFY_SMTP_URL: mails.url,
    NOTIFY_MAIL_FROM: 'ledger@example.kz',
    NOTIFY_MAIL_TO: 'officer@example.kz',
    NOTIFY_WEBHOOK_URL: `${receiver.url}/alarm`,
    NOTIFY_WEBHOOK_SECRET: alarmSecret,
  });
  const byItself =
    'transfer_notices:\n  declared: controller\n  tell: always\n  made: by-itself\n  through: mailer\n\n';
  const yaml = policyYaml.replace('\nretention:\n', () => `\n${byItself}retention:\n`);
  const since = ago(30 * dayMs);
  await made('/v1/policies', { yaml, texts: { ru: policyText }, inForce: since, assertedBy: 'director' });
  await made('/v1/holders', { holder: 'mailer', countries: ['KZ'], since });
  await made('/v1/recipients?wait=projected', { ...bank, since });
  const to = { by: 'webhook', url: `${receiver.url}/mailer` };
  ({ secret = '' } = await made('/v1/holders/mailer/destination?wait=projected', to));
});
afterAll(async () => {
  await journey?.end();
  await receiver?.close();
  await mails?.close();
});

describe('notices that are made by themselves', () => {
  it('are made once for everybody, though the service is killed in the middle of the round; and for nobody too early', async () => {
    await killedAt(journey, 'NoticePrepared', doneBefore, () =>
      tell(...names.map((email) => passedOn(email, ago(20 * dayMs))), passedOn(fresh, ago(hourMs))),
    );
    await until(
      'everybody’s notice is made',
      async () => (await counted('NoticePrepared')).size >= peopleCount,
      120_000,
    );
    const prepared = await counted('NoticePrepared');
    expect([...prepared.values()]).toEqual(names.map(() => 1));
    expect(await statuses(fresh)).toEqual(['owed']);
    expect(await overdue()).toHaveLength(peopleCount);
  });

  it('reach the mailer signed, each with the text and the address of one person, and no other word of hers', async () => {
    await until('the mailer has all', () => letters().size >= peopleCount, 120_000);
    for (const { signed, signature } of receiver.at('/mailer')) expect(signature).toBe(macOf(signed, secret));
    const all = [...letters().values()];
    expect(all.map(({ kind }) => kind)).toEqual(names.map(() => 'notify'));
    expect(all.flatMap(({ person }) => person.map(({ value }) => value)).sort()).toEqual([...names].sort());
    for (const { values } of all) {
      const text = values.map(({ value }) => value).join('');
      expect(text).toContain(bank.name);
      expect(text).not.toContain('@example.kz');
    }
  });

  it('warn whoever answers for it by mail and webhook while the mailer is silent, once, without anybody’s value', async () => {
    const escalated = () => counted('ClockEscalated');
    await until('every clock is told of', async () => (await escalated()).size >= peopleCount, 120_000);
    const named = (text: string): string[] => text.match(/"stage":"overdue"|^overdue {2}due/gm) ?? [];
    const told = (texts: readonly string[]): number => texts.flatMap(named).length;
    const inMails = () => mails.taken.map(({ text }) => text.replaceAll('=\r\n', ''));
    const inAlarms = () => [...new Map(receiver.at('/alarm').map(({ id, body }) => [id, body])).values()];
    await until('both say so', () => told(inMails()) >= peopleCount && told(inAlarms()) >= peopleCount);
    expect([told(inMails()), told(inAlarms())]).toEqual([peopleCount, peopleCount]);
    for (const { signed, signature } of receiver.at('/alarm')) expect(signature).toBe(macOf(signed, alarmSecret));
    for (const text of [...inMails(), ...inAlarms()]) expect(text).not.toContain('peredana');
    expect([...(await escalated()).values()]).toEqual(names.map(() => 1));
  });

  it('make people told when the mailer says that they left, once each, though the service is killed while it writes that', async () => {
    await killedAt(journey, 'SubjectNotified', doneBefore, async () => {
      for (const { task } of letters().values()) {
        const [id, timestamp] = [randomUUID(), String(Math.floor(Date.now() / 1_000))];
        const raw = JSON.stringify({ result: 'done' });
        const answer = await journey.service.as().send('POST', `/v1/tasks/${task}/ack`, {
          raw,
          headers: {
            'webhook-id': id,
            'webhook-timestamp': timestamp,
            'webhook-signature': macOf(`${id}.${timestamp}.${raw}`, secret),
          },
        });
        expect([answer.status, answer.text]).toEqual([answer.status, expect.stringContaining('"recorded"')]);
      }
    });
    await until('everybody is told', async () => (await counted('SubjectNotified')).size >= peopleCount, 120_000);
    expect([...(await counted('SubjectNotified')).values()]).toEqual(names.map(() => 1));
    await until('no finding is left', async () => (await overdue()).length === 0);
    for (const email of [names[0] ?? '', names.at(-1) ?? '']) expect(await statuses(email)).toEqual(['done-late']);
    expect(await statuses(fresh)).toEqual(['owed']);
    expect([...(await counted('NoticePrepared')).values()]).toEqual(names.map(() => 1));
  });
});
