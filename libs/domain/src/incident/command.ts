// What may be wanted of an incident: to declare it, to change whom it concerns, to keep whom it was told, to close it?
import { type Outside } from '../case.js';
import {
  type FrozenCounts,
  type IncidentKind,
  type IncidentScope,
  type incidentOutcomes,
  type noticeMeans,
  type toldThrough,
  type untoldGrounds,
} from './events.js';

export type IncidentMeta =
  'meta.incident' | 'meta.consequences' | 'meta.measures' | 'meta.salt' | 'meta.reference' | 'meta.delay';

interface Sealing {
  /** Handles of what is sealed under the incident's key. */
  readonly sealed: readonly { readonly category: IncidentMeta; readonly value: number }[];
  /** Id of the officer in OfficerAppointed. */
  readonly staff?: string | undefined;
}

/** People found for a scope. */
export interface FrozenRadius extends FrozenCounts {
  /** Against the list before it; absent for the first. */
  readonly difference?: { readonly added: number; readonly gone: number };
}

export interface DeclareIncident extends Sealing {
  readonly type: 'DeclareIncident';
  readonly kind: IncidentKind;
  /** Now when absent. */
  readonly detected?: string | undefined;
  readonly scope: IncidentScope;
  /** Laws by which it is to be told; every published one that has a term for it when absent. */
  readonly profiles?: readonly string[] | undefined;
  /** Absent where the read model could not say. */
  readonly radius?: FrozenRadius | undefined;
  readonly misdirected?: { readonly event: string; readonly request: string } | undefined;
}

export interface ChangeScope extends Sealing {
  readonly type: 'ChangeScope';
  readonly scope: IncidentScope;
  readonly radius?: FrozenRadius | undefined;
}

export interface NotifyAuthority extends Sealing {
  readonly type: 'NotifyAuthority';
  readonly authority: string;
  readonly profile: string;
  /** Now when absent. */
  readonly told?: string | undefined;
  readonly how: (typeof noticeMeans)[number];
  /** SHA-256 of the pack that left. */
  readonly pack?: string | undefined;
}

export interface TellAffected extends Sealing {
  readonly type: 'TellAffected';
  readonly through: (typeof toldThrough)[number];
  readonly told?: string | undefined;
  /** How many were told; all of the frozen list when absent. */
  readonly people?: string | undefined;
  readonly pack?: string | undefined;
}

export interface CloseIncident extends Sealing {
  readonly type: 'CloseIncident';
  readonly outcome: (typeof incidentOutcomes)[number];
  /** The act that says why an authority that was not told did not have to be. */
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly untold?: (typeof untoldGrounds)[number] | undefined;
}

export type IncidentCommand = DeclareIncident | ChangeScope | NotifyAuthority | TellAffected | CloseIncident;

export interface IncidentOutside extends Outside {
  /** By the writer's clock. */
  readonly at: string;
  /** The incident's uuid: it names the stream and the key of what is sealed. */
  readonly incident: string;
}
