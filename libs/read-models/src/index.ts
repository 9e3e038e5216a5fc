export { readModelsMigrations } from './migrations.js';
export { type AccessFilter, type AccessRow } from './models/access.js';
export { ClockQueue, dueClocksMax, type ClockCounts, type DueClock, type Looked } from './clock-queue.js';
export { type ClockFilter, type ClockRow } from './models/clocks.js';
export { type ConsentFilter, type ConsentRow } from './models/consents.js';
export { type EditionFilter, type EditionRow } from './models/editions.js';
export { type ErasureFilter, type ErasureRow } from './models/erasures.js';
export { type FindingClassRow } from './models/finding-classes.js';
export { type FindingFilter, type FindingRow } from './models/findings.js';
export { type HolderFilter, type HolderRow } from './models/holders.js';
export { type HoldingFilter, type HoldingRow } from './models/holdings.js';
export { type HoldFilter, type HoldRow } from './models/holds.js';
export { type IncidentFilter, type IncidentRow } from './models/incidents.js';
export { type NoticeFilter, type NoticePersonRow, type NoticeRow } from './models/notices.js';
export { type RecipientFilter, type RecipientRow } from './models/recipients.js';
export { type RetentionFilter, type RetentionRow } from './models/retention.js';
export { RequestQueue, requestsPageMax, type ClosedRequest } from './request-queue.js';
export { duePageMax, RetentionQueue, type DueThing, type RetentionCounts } from './retention-queue.js';
export { type RequestFilter, type RequestRow } from './models/requests.js';
export { type ActivityFilter, type ActivityRow } from './models/activities.js';
export { type CampaignRow, type RenewalFilter, type RenewalRow } from './models/renewals.js';
export { type RepresentativeFilter, type RepresentativeRow } from './models/representatives.js';
export { type StatusFilter, type StatusRow } from './models/statuses.js';
export { type TransferFilter, type TransferRow } from './models/transfers.js';
export {
  pageRowsDefault,
  pageRowsMax,
  RegisterRefused,
  type AnyRow,
  type Ask,
  type Filter,
  type Page,
  type Register,
} from './page.js';
export { Radius, walkedPeopleMax, type Affected, type RadiusAsk, type RadiusCounts } from './radius.js';
export { copyIn } from './copy-in.js';
export { registers, type RegisterName, type Registers } from './registers.js';
export { resumeModel, type Reach } from './builds.js';
export { readModelsHealth, whyUnwell, type ModelHealth, type ReadModelsHealth } from './health.js';
export { NoticeQueue, type NoticeCounts, type NoticeDue } from './notice-queue.js';
export { listRebuilds, requestRebuild, UnknownModel, type RebuildJob, type RebuildState } from './jobs.js';
export { type DocumentStore } from './ledger-context.js';
export { modelNames } from './models.js';
export { Runner, type RunnerOptions, type RunnerState } from './runner.js';
export { ProjectedWait, waitMsMax, type Waited } from './wait.js';
export { UndertakingQueue, type UndertakingCounts } from './undertaking-queue.js';
