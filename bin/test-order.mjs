// In which order do the files of a run go? The long ones first, so that no worker is left alone with one at the end.
import { statSync } from 'node:fs';

/** Those that start services, those on a database, those in memory; among equals the larger file first. */
const suites = ['.journey.spec.ts', '.contract.spec.ts', '.spec.ts'];
const rankOf = (path) => suites.findIndex((end) => path.endsWith(end));

export default class TestOrder {
  sort(tests) {
    const size = new Map([...tests].map(({ path }) => [path, statSync(path).size]));
    return [...tests].sort((a, b) => rankOf(a.path) - rankOf(b.path) || size.get(b.path) - size.get(a.path));
  }

  allFailedTests() {
    throw new Error('What failed before is not remembered; name the files.');
  }

  cacheResults() {
    // The order of the next run does not depend on this one, so that it is the same everywhere.
  }
}
