// The dossier: what the ledger knows about one person, from events alone.
export { dossierOf, type DossierSources } from './dossier.js';
export { historyOf, mergedSubjects, type History, type Moments } from './known.js';
export { registersAt, type RegistersAt, type RegisterSources } from './registers-at.js';
export * from './shape.js';
export { timelineOf, type TimelineLine } from './timeline.js';
