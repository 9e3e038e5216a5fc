// Was something not written because there is no room left? PostgreSQL says so by a code of its own, under whatever was thrown.

/** SQLSTATE disk_full, and what the system says. */
const codes = new Set(['53100', 'ENOSPC', 'EDQUOT']);
const causesMax = 8;

export function isDiskFull(error: unknown): boolean {
  let one = error;
  for (let depth = 0; depth < causesMax && one instanceof Error; depth++) {
    const { code } = one as { code?: unknown };
    if (typeof code === 'string' && codes.has(code)) return true;
    one = one.cause;
  }
  return false;
}
