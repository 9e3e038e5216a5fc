// What does a new edition of the policy ask of people, and what has become of asking?
export { aboutConsent, aboutEdition } from './sides.js';
export { renewalsOf } from './renewal.js';
export { ofAgeCampaign, renewalStates, type Renewal, type RenewalState } from './row.js';
export { successions, type Succession } from './succession.js';
export { activitiesOf, notSaid, type ActivityPart } from './activity.js';
export { driftOf, driftReasons, unpractised, type Drift, type DriftReason, type Unpractised } from './drift.js';
