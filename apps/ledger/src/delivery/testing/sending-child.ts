// What is a process that sends webhooks until somebody kills it? This program; it also ends with whoever started it.
import 'reflect-metadata';
import pg from 'pg';
import { openParts } from '../../ledger.js';
import { JsonLogger } from '../../logger.js';
import { readSettings } from '../../settings.js';
import { Delivery } from '../delivery.js';

/** The program's one argument, as JSON. */
export interface SendingOrder {
  readonly postgres: pg.PoolConfig;
  /** DATA_DIR, KEEP_DIR and WEBHOOK_PRIVATE_NETWORKS. */
  readonly settings: Readonly<Record<string, string>>;
}

const lookMs = 50;

const order = JSON.parse(process.argv[2] ?? '{}') as SendingOrder;
const pool = new pg.Pool({ ...order.postgres, max: 8 });
pool.on('error', () => undefined);
const settings = readSettings(order.settings);
const ledger = await openParts(settings, pool, new JsonLogger('silent'));
const onTrouble = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const sender = new Delivery(ledger, settings).sender({ isActive: () => true, onTrouble, lookMs });
sender.start();
process.stdin.resume().on('end', () => {
  void sender
    .stop()
    .then(() => ledger.close())
    .then(() => pool.end());
});
