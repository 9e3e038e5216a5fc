// Which registers across subjects can be asked, and what does a row of each have?
import { type Pool } from 'pg';
import { activityRegister, type ActivityFilter, type ActivityRow } from './models/activities.js';
import { accessRegister, type AccessFilter, type AccessRow } from './models/access.js';
import { clockRegister, type ClockFilter, type ClockRow } from './models/clocks.js';
import {
  consentRegister,
  consentTermRegister,
  type ConsentFilter,
  type ConsentRow,
  type ConsentTermRow,
} from './models/consents.js';
import { demandRegister, type DemandFilter, type DemandRow } from './models/demands.js';
import { editionRegister, type EditionFilter, type EditionRow } from './models/editions.js';
import { erasureRegister, type ErasureFilter, type ErasureRow } from './models/erasures.js';
import { findingClassRegister, type FindingClassRow } from './models/finding-classes.js';
import { findingRegister, type FindingFilter, type FindingRow } from './models/findings.js';
import { holderRegister, type HolderFilter, type HolderRow } from './models/holders.js';
import { holdingRegister, type HoldingFilter, type HoldingRow } from './models/holdings.js';
import { holdRegister, type HoldFilter, type HoldRow } from './models/holds.js';
import { incidentRegister, type IncidentFilter, type IncidentRow } from './models/incidents.js';
import {
  noticePeopleRegister,
  noticeRegister,
  type NoticeFilter,
  type NoticePersonRow,
  type NoticeRow,
} from './models/notices.js';
import { recipientRegister, type RecipientFilter, type RecipientRow } from './models/recipients.js';
import {
  campaignRegister,
  renewalRegister,
  type CampaignRow,
  type RenewalFilter,
  type RenewalRow,
} from './models/renewals.js';
import { taskRegister, type TaskFilter, type TaskRow } from './models/tasks.js';
import { requestRegister, type RequestFilter, type RequestRow } from './models/requests.js';
import { representativeRegister, type RepresentativeFilter, type RepresentativeRow } from './models/representatives.js';
import { retentionRegister, type RetentionFilter, type RetentionRow } from './models/retention.js';
import { statusRegister, type StatusFilter, type StatusRow } from './models/statuses.js';
import { crossBorderRegister, transferRegister, type TransferFilter, type TransferRow } from './models/transfers.js';
import { withdrawalRegister, type WithdrawalFilter, type WithdrawalRow } from './models/withdrawals.js';
import { officerRegister, type OfficerFilter, type OfficerRow } from './models/officers.js';
import { undertakingRegister, type UndertakingFilter, type UndertakingRow } from './models/undertakings.js';
import { destructionRegister, type DestructionFilter, type DestructionRow } from './models/destruction.js';
import { publicSourceRegister, type PublicSourceFilter, type PublicSourceRow } from './models/public-sources.js';
import { sizeRegister, type SizeFilter, type SizeRow } from './models/size.js';
import { dataListRegister, type DataListFilter, type DataListRow } from './models/data-list.js';
import { defineRegister, type Register } from './page.js';

export interface Registers {
  readonly holdings: Register<HoldingRow, HoldingFilter>;
  readonly consents: Register<ConsentRow, ConsentFilter>;
  readonly transfers: Register<TransferRow, TransferFilter>;
  readonly recipients: Register<RecipientRow, RecipientFilter>;
  readonly holders: Register<HolderRow, HolderFilter>;
  /** Each finding; `finding-classes` sums them up. */
  readonly findings: Register<FindingRow, FindingFilter>;
  readonly 'finding-classes': Register<FindingClassRow, FindingFilter>;
  /** Who looked. */
  readonly access: Register<AccessRow, AccessFilter>;
  readonly editions: Register<EditionRow, EditionFilter>;
  /** Orders to destroy with how far each is: the register of certificates. */
  readonly erasures: Register<ErasureRow, ErasureFilter>;
  /** What may not be destroyed. */
  readonly holds: Register<HoldRow, HoldFilter>;
  /** By when what is due, and what is overdue. */
  readonly clocks: Register<ClockRow, ClockFilter>;
  /** What holders and recipients were told to do, and what they said. */
  readonly tasks: Register<TaskRow, TaskFilter>;
  /** Withdrawals that are open or decided, and what goes on in spite of them. */
  readonly withdrawals: Register<WithdrawalRow, WithdrawalFilter>;
  /** What people asked, by when it was due, and when it was answered. */
  readonly requests: Register<RequestRow, RequestFilter>;
  /** Of which transfers people are told, by when, of which not and why; `notice-people` sums them up. */
  readonly notices: Register<NoticeRow, NoticeFilter>;
  readonly 'notice-people': Register<NoticePersonRow, NoticeFilter>;
  /** Who may act for whom. */
  readonly representatives: Register<RepresentativeRow, RepresentativeFilter>;
  /** When what is held is due to go, and what of it waits for whom. */
  readonly retention: Register<RetentionRow, RetentionFilter>;
  /** Who is a child, incapable, missing or dead. */
  readonly statuses: Register<StatusRow, StatusFilter>;
  /** Who must be told of a new edition or asked anew, and how far that is. */
  readonly renewals: Register<RenewalRow, RenewalFilter>;
  /** What is done with data (the record of processing activities). */
  readonly activities: Register<ActivityRow, ActivityFilter>;
  /** How far each campaign of renewed consents is. */
  readonly campaigns: Register<CampaignRow, Exclude<RenewalFilter, 'subject'>>;
  /** Breaches, by when which authority was to be told of them, and when it was. */
  readonly incidents: Register<IncidentRow, IncidentFilter>;
  /** Who was responsible for the handling of personal data. */
  readonly officers: Register<OfficerRow, OfficerFilter>;
  /** What recipients undertook, and when that ends. */
  readonly undertakings: Register<UndertakingRow, UndertakingFilter>;
  /** What was deleted, destroyed, anonymised, blocked and unblocked. */
  readonly destruction: Register<DestructionRow, DestructionFilter>;
  /** What was taken from public sources. */
  readonly 'public-sources': Register<PublicSourceRow, PublicSourceFilter>;
  /** How many people were known, and how many with devices, day by day. */
  readonly size: Register<SizeRow, SizeFilter>;
  /** Which data each edition calls for. */
  readonly 'data-list': Register<DataListRow, DataListFilter>;
  /** Of each consent its term, third parties, crossing of the border and publication (Art. 22(1)(5)). */
  readonly 'consent-terms': Register<ConsentTermRow, ConsentFilter>;
  /** Transfers that left the country. */
  readonly 'cross-border': Register<TransferRow, TransferFilter | 'home'>;
  /** Demands of courts and state bodies of which people may be told. */
  readonly demands: Register<DemandRow, DemandFilter>;
}
export type RegisterName = keyof Registers;

/** The registers, asked over a pool of the service's own user: `registers(pool).holdings.page({ filter, cursor, limit })`. */
export function registers(pool: Pool): Registers {
  return {
    holdings: defineRegister(pool, holdingRegister),
    consents: defineRegister(pool, consentRegister),
    transfers: defineRegister(pool, transferRegister),
    recipients: defineRegister(pool, recipientRegister),
    holders: defineRegister(pool, holderRegister),
    findings: defineRegister(pool, findingRegister),
    'finding-classes': defineRegister(pool, findingClassRegister),
    access: defineRegister(pool, accessRegister),
    editions: defineRegister(pool, editionRegister),
    erasures: defineRegister(pool, erasureRegister),
    holds: defineRegister(pool, holdRegister),
    clocks: defineRegister(pool, clockRegister),
    tasks: defineRegister(pool, taskRegister),
    withdrawals: defineRegister(pool, withdrawalRegister),
    requests: defineRegister(pool, requestRegister),
    notices: defineRegister(pool, noticeRegister),
    'notice-people': defineRegister(pool, noticePeopleRegister),
    representatives: defineRegister(pool, representativeRegister),
    retention: defineRegister(pool, retentionRegister),
    statuses: defineRegister(pool, statusRegister),
    renewals: defineRegister(pool, renewalRegister),
    campaigns: defineRegister(pool, campaignRegister),
    activities: defineRegister(pool, activityRegister),
    incidents: defineRegister(pool, incidentRegister),
    officers: defineRegister(pool, officerRegister),
    undertakings: defineRegister(pool, undertakingRegister),
    destruction: defineRegister(pool, destructionRegister),
    'public-sources': defineRegister(pool, publicSourceRegister),
    size: defineRegister(pool, sizeRegister),
    'data-list': defineRegister(pool, dataListRegister),
    'consent-terms': defineRegister(pool, consentTermRegister),
    'cross-border': defineRegister(pool, crossBorderRegister),
    demands: defineRegister(pool, demandRegister),
  };
}
