// What does a ledger with witnesses show of its log? The published files, the checkpoint by their policy, and what health says of it.
import { openByPolicy, parsePolicy } from '@derbes/transparency';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collected } from './kiberon.js';
import { type Journey } from './service-process.js';

/** A file of the published log; empty where there is none. */
export function publicFile({ places }: Journey, name: string): string {
  const path = join(places.dataDir, 'log', 'public', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The published checkpoint, read by the policy that stands beside it. */
export function published(journey: Journey) {
  const note = publicFile(journey, 'checkpoint');
  return note === '' ? undefined : openByPolicy(parsePolicy(publicFile(journey, 'log.policy')), note);
}

/** The status of a fact that is answered when a published checkpoint covers it. */
export const tellPublished = async (journey: Journey, id: string): Promise<number> =>
  (await journey.as('emitter').tell(collected(`${id}@example.kz`), '?wait=receipt')).status;

export const logHealth = async ({ service }: Journey): Promise<string> =>
  JSON.stringify((await service.as().get('/health/ready')).json());
