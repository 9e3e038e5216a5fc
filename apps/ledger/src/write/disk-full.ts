// Was something not written because there is no room left? PostgreSQL and the vault say so by codes of their own, under whatever was thrown.

/** SQLSTATE disk_full, what the system says, and what the vault says of the keep. */
const codes = new Set(['53100', 'ENOSPC', 'EDQUOT', 'DISK_FULL']);
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
