// The dossier: what the ledger knows about one person, from events alone.
export { dossierOf, subjectPrefix, type DossierSources } from './dossier.js';
export { historyOf, knownAt, mergedSubjects, type Moments } from './known.js';
export { registersAt, type Registers, type RegistersAt } from './registers-at.js';
export * from './shape.js';
export { timelineOf, type TimelineLine } from './timeline.js';
export { ledgerHolder } from './values.js';
