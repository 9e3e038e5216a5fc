// What is an authority told of a breach? The fields of Art. 33(3) of the GDPR; what is not sure enough stays in the house.
import { mayBeTold, type Clock, type IncidentState, type Outside } from '@derbes/domain';
import { termOf, type Labels, type Policy } from '@derbes/policy';
import { type OpenedPart } from '../read/dossier-view.js';

export interface AuthorityNotice {
  readonly incident: string;
  readonly profile: string;
  readonly made: string;
  readonly kind: string;
  readonly detected: string;
  /** Absent where the term is not sure enough to be told (decision 0100). */
  readonly due?: string;
  readonly late?: 'yes';
  readonly delay?: string;
  /** Art. 33(3)(a): what happened, whom it concerns, and how many. */
  readonly nature: {
    readonly text?: string;
    readonly place?: string;
    readonly from?: string;
    readonly until?: string;
    readonly people?: string;
    readonly records?: string;
    readonly categories: readonly { readonly code: string; readonly label: Labels; readonly people: string }[];
  };
  /** Art. 33(3)(b). */
  readonly contact: {
    readonly controller?: Labels;
    readonly bin?: string;
    readonly address?: string;
    readonly officer?: string;
    readonly contacts: readonly { readonly kind: string; readonly value: string }[];
  };
  /** Art. 33(3)(c). */
  readonly consequences?: string;
  /** Art. 33(3)(d): of every step, in their order. */
  readonly measures: readonly string[];
}

export interface NoticeSources {
  readonly incident: string;
  readonly profile: string;
  readonly state: IncidentState;
  readonly outside: Outside;
  readonly now: string;
  /** Opened free text of the incident. */
  readonly parts: readonly OpenedPart[];
  readonly counts?: {
    readonly people: string;
    readonly records: string;
    readonly categories: readonly { readonly category: string; readonly people: string }[];
  };
  readonly policy?: Policy;
  readonly labelOf: (category: string) => Labels;
  readonly officer?: string;
}

const valuesOf = (parts: readonly OpenedPart[], category: string): string[] =>
  parts.flatMap((part) =>
    part.state === 'opened' && part.category === category && typeof part.value === 'string' ? [part.value] : [],
  );

/** Undefined where the incident has no clock of that law. */
export function noticeOf(sources: NoticeSources): AuthorityNotice | undefined {
  const { incident, profile, state, outside, now, parts, counts, labelOf } = sources;
  const clock = state.clocks.find((one) => one.profile === profile);
  if (!clock || !state.detected || !state.scope) return undefined;
  const { kind, detected } = state.detected.facts;
  const { holder, recipient, from, until } = state.scope;
  const place = holder ?? recipient;
  const text = valuesOf(parts, 'meta.incident');
  const consequences = valuesOf(parts, 'meta.consequences').at(-1);
  const delay = valuesOf(parts, 'meta.delay').at(-1);
  const late = now > clock.due;
  return {
    incident,
    profile,
    made: now,
    kind,
    detected,
    ...(isOutgoing(outside, clock) && { due: clock.due, ...(late && { late: 'yes' as const }) }),
    ...(delay !== undefined && { delay }),
    nature: {
      ...(text.length > 0 && { text: text.join('\n\n') }),
      ...(place !== undefined && { place }),
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      ...(counts && { people: counts.people, records: counts.records }),
      categories: (counts?.categories ?? []).map(({ category: code, people }) => ({
        code,
        label: labelOf(code),
        people,
      })),
    },
    contact: contactOf(sources),
    ...(consequences !== undefined && { consequences }),
    measures: valuesOf(parts, 'meta.measures'),
  };
}

function contactOf({ policy, officer }: NoticeSources): AuthorityNotice['contact'] {
  const { controller } = policy ?? {};
  return {
    ...(controller && { controller: controller.name, bin: controller.bin, address: controller.address }),
    ...(officer !== undefined && { officer }),
    contacts: contactsOf(policy),
  };
}

/** Those that the policy names for personal data; where it names none, all. */
export function contactsOf(policy: Policy | undefined): AuthorityNotice['contact']['contacts'] {
  const all = policy?.controller.contacts ?? [];
  const own = all.filter((one) => one.for === 'personal-data');
  return (own.length > 0 ? own : all).map(({ kind, value }) => ({ kind, value }));
}

/** Whether the term by which a clock was counted may stand in what leaves the house. */
export function isOutgoing(outside: Outside, { profile: code, version, term: named }: Clock): boolean {
  const standing = outside.registers.profiles.find((one) => one.profile === code && one.version === version);
  const profile = standing && outside.documents.profile(standing.document);
  const term = profile && termOf(profile, named);
  return term !== undefined && mayBeTold(outside, code, term);
}
