// Which tests failed, in words that still say so when all but the end of the log is cut off? And do their files fail alone too?
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** So many files failing are no coincidence; trying each alone would only take long. */
const againMax = 8;
const linesMax = 8;
const lineLengthMax = 240;
const ownStackLine = /^\s*at (?!.*(?:node_modules|node:internal))/;
const stackLine = /^\s*at /;

/** What an error says and where it is of ours, without the rest of its stack. */
function firstLines(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const said = lines.filter((line) => !stackLine.test(line)).slice(0, linesMax);
  const where = lines.find((line) => ownStackLine.test(line));
  return [...said, ...(where === undefined ? [] : [where])].map((line) => `    ${line.trim().slice(0, lineLengthMax)}`);
}

/** One file of Jest's results: a file that could not run has no tests, but a message. */
function told(file, { assertionResults, message }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [`failed: ${file}`, ...firstLines(message)];
  return failed.flatMap(({ fullName, failureMessages }) => [
    `failed: ${file} › ${fullName}`,
    ...firstLines(failureMessages[0] ?? ''),
  ]);
}

function counted({ assertionResults, status }) {
  const failed = assertionResults.filter((test) => test.status === 'failed').length;
  return {
    passed: assertionResults.filter((test) => test.status === 'passed').length,
    // A file may fail without a test of it: when it cannot be loaded, or in what goes before and after its tests.
    failed: status === 'failed' ? Math.max(failed, 1) : failed,
  };
}

/**
 * Counts Jest's results (with `status`, its exit code), and runs each file that failed once more by `runAlone`, which answers Jest's results of that one
 * run, or undefined when it gave none. What passes then counts as passed and is named as unsteady; a fault of the code fails
 * both times. Answers the counts and the lines to be said at the end.
 */
export function judge(results, root, runAlone) {
  const total = { passed: 0, failed: 0, lines: [] };
  const failedFiles = results.testResults.filter(({ status }) => status === 'failed');
  for (const result of results.testResults) {
    const file = relative(root, result.name);
    const isTriedAgain = result.status === 'failed' && failedFiles.length <= againMax;
    const alone = isTriedAgain ? runAlone(file)?.testResults[0] : undefined;
    const { passed, failed } = counted(alone ?? result);
    total.passed += passed;
    total.failed += failed;
    if (result.status !== 'failed') continue;
    const first = told(file, result);
    total.lines.push(...first);
    if (!isTriedAgain) continue;
    const second = alone ? told(file, alone) : [`${file} gave no results when it ran alone`];
    if (failed === 0) total.lines.push(`unsteady: ${file} failed beside the others, passed alone`);
    else total.lines.push(`${file} failed alone too`, ...(second.join() === first.join() ? [] : second));
  }
  if (results.status !== 0 && failedFiles.length === 0) {
    total.failed += 1;
    total.lines.push(`failed: the run of the tests ended with ${results.status} although no test failed`);
  }
  if (failedFiles.length > againMax) total.lines.push(`${failedFiles.length} files failed; none was tried alone`);
  return total;
}
