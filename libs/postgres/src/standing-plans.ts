// How does a statement that is prepared once serve a table that grows? By an index from the first row on.
import { type ClientBase, type PoolConfig } from 'pg';

/**
 * For a pool whose statements are prepared: a plan made while a table was small would scan it, and go on scanning it until
 * PostgreSQL looks at the table again. Where no index serves, tables are scanned all the same.
 */
export const withStandingPlans = (config: PoolConfig): PoolConfig => ({ ...config, onConnect });

/** The pool waits for what is returned before it gives the connection to anybody; its types do not say so. */
const onConnect = (client: ClientBase): unknown => client.query('set enable_seqscan = off');
