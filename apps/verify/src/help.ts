// What does somebody need to know who has only this file?
import { meanings } from './verdict.js';

/** The text of `--help`. */
export function helpText(): string {
  const words = Object.entries(meanings).map(
    ([word, { exit, means }]) => `  ${String(exit).padStart(3)}  ${word.padEnd(20)} ${means}`,
  );
  return [
    'derbes-verify EXPORT --policy FILE [--checkpoint OLD]… [--receipt FILE]… [--max-age AGE] [--blobs] [--json]',
    '',
    'Is an export of a ledger what the ledger signed? Needs no network, and nothing of the ledger but the export.',
    '',
    'Exit code and first word of the answer:',
    ...words,
    '',
  ].join('\n');
}
