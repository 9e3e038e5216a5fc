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
