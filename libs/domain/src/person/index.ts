// What do others need to know of representatives, of a person's status and of people whom somebody else uploaded?
export {
  representationEndGrounds,
  RepresentativeEnded,
  representativeKinds,
  RepresentativeRecognised,
  type RepresentationEndGround,
  type RepresentativeKind,
  type RepresentativeScope,
} from './representative.js';
export { personStatuses, SubjectStatusChanged, type PersonStatus, type Turns } from './status.js';
export {
  beyondScope,
  childhoodOf,
  conflictsAt,
  endsWithChildhood,
  inScope,
  scopeOf,
  statusAt,
  whoActs,
  type Authority,
  type Conflict,
  type Standing,
  type WhoActs,
} from './authority.js';
export { narrowed } from './narrowed.js';
export {
  type ChangeStatus,
  type ComeOfAge,
  type EndRepresentation,
  type PersonCommand,
  type PersonDecision,
  type PersonOutside,
  type RecogniseRepresentative,
} from './person-command.js';
export { decidePerson } from './person-decider.js';
export { type PersonState, type Representation, type StatusSince } from './person-state.js';
export { renewalsDue } from './renewal.js';
export { answeringFor, uploadedBy, uploaderTasks, type Answering, type UploaderTask } from './third-person.js';
