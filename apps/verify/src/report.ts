// How is the answer told: in one line for people, or as one object for programs?
import { isoOf } from './freshness.js';
import { meanings, type Problem } from './verdict.js';
import { type Outcome } from './verify.js';

/** The gravest problem decides; several of one word and place are one. */
function told({ problems }: Outcome): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ word, where }) => !seen.has(`${word} ${where}`) && seen.add(`${word} ${where}`));
}

export const exitCodeOf = ({ problems }: Outcome): number => meanings[problems[0]?.word ?? 'OK'].exit;

/** File names come from the export; one with a newline in it must not look like a second answer. */
// eslint-disable-next-line no-control-regex -- they are what is replaced
const legible = (text: string): string => text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '�');

const lineOf = ({ word, where, says }: Problem): string => legible(`${word} ${where}: ${says}`);

export function textReport(outcome: Outcome): string {
  const [first, ...others] = told(outcome);
  const lines = [first ? lineOf(first) : okLine(outcome), ...others.map((one) => `  also ${lineOf(one)}`)];
  return [...lines, ...outcome.notes.map((note) => `  note: ${legible(note)}`)].map((line) => `${line}\n`).join('');
}

function okLine({ origin = '', size = 0, root = '', cosigned = [], asOf, blobs = 0 }: Outcome): string {
  const parts = [
    `OK ${origin}: ${size} entries`,
    `root ${root}`,
    cosigned.length > 0 ? `cosigned by ${cosigned.join(', ')}` : 'cosigned by nobody',
    ...(asOf ? [`as of ${isoOf(asOf.seconds)} (${asOf.by})`] : []),
    ...(blobs > 0 ? [`${blobs} sealed values`] : []),
  ];
  return legible(parts.join(', '));
}

export function jsonReport(outcome: Outcome): string {
  const problems = told(outcome).map(({ word, where, says }) => ({ word, where, says }));
  const { asOf, notes, origin, size, root, cosigned, blobs } = outcome;
  const report = {
    verdict: problems[0]?.word ?? 'OK',
    exit: exitCodeOf(outcome),
    ...{ origin, size, root, cosigned, blobs },
    ...(asOf && { asOf: { at: isoOf(asOf.seconds), by: asOf.by } }),
    problems,
    notes,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
