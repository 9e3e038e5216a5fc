// The policy as a file: what it may say, what is wrong with it, what it declares; and what the law makes of a basis.
export { type Mistake, type MistakeCode } from './mistake.js';
export { type Policy } from './format.js';
export { retentionActs, type RetentionAct } from './format-retention.js';
export { languages, relations, type Declarer, type Labels, type Language, type Relation } from './format-entries.js';
export { checkPolicy, loadPolicy, namedTextFiles, type LoadedPolicy } from './load.js';
export { policyDocument, readPolicyDocument, NotADocument, type StoredDocument, type Texts } from './document.js';
export { declared } from './declared.js';
export { changeDuties, changedThings, changeKinds, type Change, type ChangeDuty, type ChangeKind } from './change.js';
export { difference, type Difference } from './difference.js';
export { changeLine, dutyText, kindText, whyOf } from './difference-texts.js';
export {
  type DeclaredBasis,
  type DeclaredCategory,
  type DeclaredEntry,
  type DeclaredIdentifier,
  type DeclaredNotices,
  type DeclaredPolicy,
  type DeclaredRetention,
  type DeclaredRight,
  type DeclaredStatutoryRetention,
  type Fit,
  type Identifies,
  type SectionSubject,
} from './look-ups.js';
export {
  baseVerdict,
  destructionGround,
  keepingOf,
  missingRequirements,
  sizeClassOf,
  termOf,
  type BaseVerdict,
  type ConsentItem,
  type CrossBorderGround,
  type Profile,
  type ProfileBase,
  type ProfileCode,
  type Requirement,
  type Unproved,
} from './profile.js';
export { noticeExceptions, type NoticeException, type TransferNotice } from './profile-notices.js';
export { sureEnough, type Counting, type Term, type Zone } from './profile-terms.js';
export { dayOff, type Calendar, type CalendarDay, type DayOff } from './calendar.js';
export { loadCalendar, type LoadedCalendar } from './load-calendar.js';
export { calendarDocument, readCalendarDocument } from './calendar-document.js';
export { builtInCalendars } from './calendars/index.js';
export { dueOf, type CountedTerm, type Due } from './due.js';
export { civilDay, dayBegins } from './zone.js';
export { type Confidence, type Destruction, type DestructionGround, type Keeping } from './profile-destruction.js';
export { profileDocument, readProfileDocument } from './profile-document.js';
export { builtInProfile, servedBy } from './profiles/index.js';
