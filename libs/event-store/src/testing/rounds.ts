// How often is a fault made? A few times for every change, as often as DERBES_ROUNDS says when somebody has the time.
export const roundsOr = (short: number): number => Number(process.env['DERBES_ROUNDS'] ?? short);
