// What may be asked of a breach? Whom one would concern, how far one is, and what is handed to an authority.
import { type IncidentScope } from '@derbes/domain';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Code, Nested, OneOf, Optional, Pattern } from '../http/form/field.js';
import { languages } from '../http/facts/parts.js';
import { type OpenedPart } from '../read/dossier-view.js';
import { AskedQuery, cursorPattern, pageItemsMax, ReadableQuery } from '../read/queries.js';
import { ScopeForm } from './incident-commands.js';
import { type AuthorityNotice } from './authority-notice.js';
import { type JsonAnswer } from '../read/json-answer.js';

export interface RadiusView {
  /** As it was counted: the window has both its ends. */
  readonly scope: IncidentScope;
  readonly people: number;
  /** One for each person and category. */
  readonly records: number;
  readonly categories: readonly { readonly category: string; readonly people: number }[];
  /** How far the ledger had been read when they were counted. */
  readonly reach: { readonly state: string; readonly moment?: string };
}

/** Nothing is declared by asking, and nobody is named. */
export class PreviewRadius extends AskedQuery<RadiusView> {
  @Nested(() => ScopeForm) scope: ScopeForm;
}

interface Said {
  readonly event: string;
  readonly recorded: string;
  readonly facts: object;
}

/** The list counted anew against the frozen one. */
export interface Recount extends Omit<RadiusView, 'scope'> {
  readonly added: number;
  readonly gone: number;
  /** At most `namedDifferenceMax` of each. */
  readonly addedSubjects: readonly string[];
  readonly goneSubjects: readonly string[];
}

export interface IncidentView {
  readonly incident: string;
  readonly state: 'detected' | 'notified' | 'closed';
  readonly detected: Said;
  readonly scope: IncidentScope;
  readonly clocks: readonly {
    readonly profile: string;
    readonly term: string;
    readonly due: string;
    readonly strict?: string;
    readonly state: 'running' | 'overdue' | 'notified' | 'closed';
    /** May the term stand in what leaves the house? */
    readonly outgoing: boolean;
  }[];
  /** The list as it was frozen; absent where nobody could be counted. */
  readonly radius?: {
    readonly document: string;
    readonly asked: string;
    readonly people: string;
    readonly records: string;
    readonly categories: readonly { readonly category: string; readonly people: string }[];
  };
  readonly changes: readonly Said[];
  readonly notices: readonly Said[];
  readonly told: readonly Said[];
  readonly closed?: Said;
  readonly recount?: Recount;
  /** Free text, sealed under the incident's own key. */
  readonly parts: readonly OpenedPart[];
}

/** `undefined` answers 404. */
export class ReadIncident extends AskedQuery<IncidentView | undefined> {
  incident: string;
  /** Counts the scope anew and says what is different. */
  @Optional() @OneOf(['yes']) recount?: 'yes';
}

/** What Art. 33(3) of the GDPR asks for, and what the law of Kazakhstan asks beside the list of people. */
export class ReadAuthorityNotice extends ReadableQuery<AuthorityNotice | undefined> {
  incident: string;
  /** By which law the authority is told; the first clock's when absent. */
  @Optional() @Code() profile?: string;
}

export const packForms = ['csv', 'json'] as const;

/** The list of people as an authority takes it, piece by piece; or a part of it, as JSON, where a limit or a cursor is given. */
export class ReadPeoplePack extends AskedQuery<JsonAnswer | undefined> {
  incident: string;
  /** CSV when absent, and for a part JSON. */
  @Optional() @OneOf(packForms) form?: (typeof packForms)[number];
  @Optional() @Pattern(cursorPattern, 512, 'a cursor from an earlier page') cursor?: string;
  @Optional() @Type(() => Number) @IsInt() @Min(1) @Max(pageItemsMax) limit?: number;
  @Optional() @OneOf(languages) lang?: (typeof languages)[number];
}
