// How does work become one transaction, or none? On a connection of its own, which may die at any time.
import { type Pool, type PoolClient } from 'pg';

export async function inTransaction<T>(app: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await app.connect();
  // A connection that dies between two queries tells nobody but this listener; the next query fails and says so.
  const ignore = () => undefined;
  tx.on('error', ignore);
  let broken: Error | undefined;
  try {
    await tx.query('begin');
    const value = await work(tx);
    await tx.query('commit');
    return value;
  } catch (error) {
    broken = await tx.query('rollback').then(
      () => undefined,
      (failed: unknown) => failed as Error,
    );
    throw error;
  } finally {
    tx.off('error', ignore);
    tx.release(broken);
  }
}
