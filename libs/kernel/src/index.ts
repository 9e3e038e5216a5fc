export { canonicalDepthMax, canonicalJson, NotCanonical, type JsonValue } from './canonical-json.js';
export { fold, type Decider, type Draft, type Seal } from './decider.js';
export {
  envelopeBytesMax,
  NotAnEnvelope,
  readEnvelope,
  writeEnvelope,
  type Envelope,
  type Facts,
  type FactValue,
  type Part,
} from './envelope.js';
export {
  Catalogue,
  defineEvent,
  type EventDefinition,
  type Recorded,
  type RecordedOf,
  type Upcaster,
} from './event.js';
export { Refused } from './refused.js';
