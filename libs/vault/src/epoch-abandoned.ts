// What is left of a close that a restore undid? The key of an epoch that the database does not know any more.
import { type Pool } from 'pg';
import { type Custodian } from './custodian.js';
import { destroyAt } from './custody.js';
import { hkName } from './keep.js';

/**
 * Destroys that key before another is made in its place. What was wrapped under it stands in older bytes, of people who were erased
 * since in the restored epoch: with the key they would be reachable when that epoch is closed.
 */
export async function forgetAbandoned(app: Pool, custodians: readonly Custodian[], epoch: number): Promise<void> {
  const known = await app.query('select from epoch where epoch = $1', [epoch]);
  if (known.rowCount !== 0) return;
  for (const custodian of custodians) await destroyAt(custodian, hkName(epoch));
}
