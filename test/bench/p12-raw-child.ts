// What would somebody write who wants webhooks and nothing else? A table as a queue, SKIP LOCKED, fetch, and an update.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createHmac, randomBytes } from 'node:crypto';
import { serveCalls } from './child.js';
import { type Sent, type Sending } from './p12.js';
import { idleTimeoutMillis, type Place } from './stand.js';

const sendersMax = 64;
const idleMs = 50;
const secret = randomBytes(32);

serveCalls(async (place: Place) => {
  const pool = new pg.Pool({ ...place.asOwner, max: 20, idleTimeoutMillis });
  pool.on('error', () => undefined);
  await pool.query(`create table webhook (id uuid primary key, seq bigint generated always as identity, body text not null,
    state text not null default 'waiting', sent_at timestamptz)`);
  await pool.query(`create index on webhook (seq) where state = 'waiting'`);

  /** One at a time, held by its row's lock until it is told. */
  async function sendNext(url: string): Promise<boolean> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ id: string; body: string }>({
        name: 'raw-take',
        text: `select id, body from webhook where state = 'waiting' order by seq limit 1 for update skip locked`,
      });
      const [one] = rows;
      if (one) {
        const timestamp = String(Math.floor(Date.now() / 1000));
        const mac = createHmac('sha256', secret).update(`${one.id}.${timestamp}.${one.body}`).digest('base64');
        const headers = { 'webhook-id': one.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
        const answer = await fetch(url, { method: 'POST', headers, body: one.body });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`the receiver answered ${answer.status}`);
        await client.query({
          name: 'raw-sent',
          text: `update webhook set state = 'sent', sent_at = now() where id = $1`,
          values: [one.id],
        });
      }
      await client.query('commit');
      return one !== undefined;
    } finally {
      client.release();
    }
  }

  return {
    async send({ tasks, url }: Sending): Promise<Sent> {
      const body = JSON.stringify({
        type: 'task',
        data: { kind: 'block', categories: ['email'], person: [{ category: 'email', value: 'primer@example.kz' }] },
      });
      await pool.query('insert into webhook (id, body) select gen_random_uuid(), $2 from generate_series(1, $1::int)', [
        tasks,
        body,
      ]);
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      const sender = async (): Promise<void> => {
        for (let misses = 0; misses < 2;) {
          if (await sendNext(url)) continue;
          misses++;
          await pause(idleMs);
        }
      };
      const senders = Array.from({ length: sendersMax }, sender);
      const left = async (): Promise<number> => {
        const { rows } = await pool.query<{ n: number }>(
          `select count(*)::int as n from webhook where state = 'waiting'`,
        );
        return rows[0]?.n ?? 0;
      };
      while ((await left()) > 0) await pause(idleMs);
      const ms = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      await Promise.all(senders);
      return { ms, cpuMicros: user + system };
    },
    close: () => pool.end(),
  };
});
