// What do others need to know of incidents?
export {
  type ChangeScope,
  type CloseIncident,
  type DeclareIncident,
  type FrozenRadius,
  type IncidentCommand,
  type IncidentMeta,
  type IncidentOutside,
  type NotifyAuthority,
  type TellAffected,
} from './command.js';
export { checkedScope, incidentDecider } from './decider.js';
export {
  AffectedTold,
  AuthorityNotified,
  IncidentClosed,
  IncidentDetected,
  incidentKinds,
  incidentOutcomes,
  IncidentScope,
  IncidentScopeChanged,
  namedSubjectsMax,
  noticeMeans,
  toldThrough,
  untoldGrounds,
  type IncidentKind,
} from './events.js';
export { exposuresOf, type Exposure } from './exposure.js';
export {
  emptyIncident,
  foldIncident,
  incidentOfStream,
  incidentStates,
  incidentStream,
  stageOfIncident,
  unnotifiedClocks,
  type IncidentStage,
  type IncidentState,
} from './state.js';
