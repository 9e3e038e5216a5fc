// What does a new edition of the policy ask of people, what has become of asking, and what is done under it?
export { activitiesOf, notSaid } from './activity.js';
export { driftOf, driftReasons, unpractised, type Drift, type DriftReason, type Unpractised } from './drift.js';
export { renewalsOf } from './renewal.js';
export { renewalStates, type Renewal } from './row.js';
