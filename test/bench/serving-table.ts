// In which table does a read model stand at this moment? Rows are put straight into it where telling a million facts would take too long.
import { setTimeout as pause } from 'node:timers/promises';
import { type Client } from 'pg';

const lookMs = 50;
const looksMax = 6_000;

/** Waits until the model is built. */
export async function servingTable(admin: Client, model: string, table: string): Promise<string> {
  for (let look = 0; look < looksMax; look++) {
    const { rows } = await admin.query<{ name: string }>(
      `select format('read_models.%I', format('%s_v%s_b%s', $2::text, version, build)) as name
       from read_model where name = $1 and serving`,
      [model, table],
    );
    if (rows[0]) return rows[0].name;
    await pause(lookMs);
  }
  throw new Error(`the model ${model} was not built`);
}
