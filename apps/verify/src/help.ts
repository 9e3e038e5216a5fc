// What does somebody need to know who has only this file?
import { meanings } from './verdict.js';

/** The text of `--help`. */
export function helpText(): string {
  const words = Object.entries(meanings).map(
    ([word, { exit, means }]) => `  ${String(exit).padStart(3)}  ${word.padEnd(20)} ${means}`,
  );
  return [
    'derbes-verify EXPORT --policy FILE [--checkpoint OLD]… [--receipt FILE]… [--max-age AGE] [--schemas FILE] [--blobs] [--json]',
    '',
    'Is an export of a ledger what the ledger signed? Needs no network, and nothing of the ledger but the export.',
    '',
    '  EXPORT         a folder made by `derbes export`',
    '  --policy       whom you believe: a C2SP tlog-policy that you did not take from the export',
    '  --checkpoint   an older checkpoint that you kept; may be given often',
    '  --receipt      a receipt (C2SP tlog-proof) that somebody kept; may be given often',
    '  --max-age      such as 90s, 15m, 2h or 7d: older is STALE',
    '  --schemas      docs/event-schemas.json of a newer build, where the log has types that this file does not know',
    '  --blobs        demands sealed values; those that are there are always checked',
    '  --json         answers with one object',
    '',
    'derbes-verify witness --help',
    'Be a witness of logs instead: cosign what follows from the last that was seen, and nothing else.',
    '',
    'Exit code and first word of the answer:',
    ...words,
    '',
  ].join('\n');
}
