// What is done with data, beside what the edition in force says of it: the record of processing activities (GDPR Art. 30)?
import { driftOf, notSaid, recipientAt, unpractised, type Drift, type Edition, type Unpractised } from '@derbes/domain';
import { type DeclaredPolicy, type Labels } from '@derbes/policy';
import { type ActivityRow, type Registers } from '@derbes/read-models';
import { type KnownRegisters } from '../write/known-registers.js';

/** What the edition says and nobody did for so long is told of. */
export const unpractisedDaysDefault = 90;
/** A controller has some dozens; past this the record says that it is not whole. */
const activitiesMax = 10_000;
const pageRows = 500;
const dayMs = 24 * 60 * 60 * 1_000;

interface Named {
  readonly code: string;
  readonly label: Labels;
  readonly clause: string;
}

export interface PractisedActivity extends ActivityRow {
  readonly labels: { readonly purpose?: Labels; readonly category?: Labels };
  readonly clause: string;
  /** How long, by the edition: `until trigger term`; absent where no rule covers it. */
  readonly retention?: string;
  readonly recipientClass?: string;
  readonly drift: readonly Drift[];
}

export interface Practice {
  readonly edition: { readonly edition: string; readonly document: string; readonly inForce: string };
  readonly controller: {
    readonly name: Labels;
    readonly bin: string;
    readonly country: string;
    readonly contacts: readonly { readonly kind: string; readonly value: string }[];
    /** Staff id of the responsible person (94-V Art. 25(3), GDPR Art. 30(1)(a)). */
    readonly officer?: string;
  };
  /** Whom data is about beside users (GDPR Art. 30(1)(c)). */
  readonly people: readonly Named[];
  /** Why data goes abroad (GDPR Art. 30(1)(e)). */
  readonly safeguards: readonly (Named & {
    readonly countries: readonly string[];
    readonly ground: string;
    readonly instrument: string;
  })[];
  /** What the edition promises of protection and else (GDPR Art. 30(1)(g)). */
  readonly measures: readonly Named[];
  readonly activities: readonly PractisedActivity[];
  readonly unpractised: readonly Unpractised[];
  readonly unpractisedDays: number;
  readonly whole: boolean;
}

export interface PracticeParts {
  readonly models: Pick<Registers, 'activities'>;
  readonly registers: Pick<KnownRegisters, 'fresh' | 'registers' | 'edition' | 'editionAt'>;
  /** Now, in whole UTC seconds. */
  readonly now: () => string;
}

/** Undefined before the first edition is in force. */
export async function practiceNow(
  { models, registers, now }: PracticeParts,
  days = unpractisedDaysDefault,
): Promise<Practice | undefined> {
  await registers.fresh();
  const moment = now();
  const document = registers.editionAt(moment);
  const edition = registers.registers.editions.findLast((one) => one.document === document && one.inForce <= moment);
  const policy = edition && registers.edition(edition.document)?.declared;
  if (!edition || !policy) return undefined;
  const { rows, whole } = await allOf(models);
  const since = new Date(Date.parse(moment) - days * dayMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const { registers: folded } = registers;
  const officer = folded.appointments.findLast(({ from }) => from <= moment)?.staff;
  return {
    edition: { edition: edition.code, document: edition.document, inForce: edition.inForce },
    ...ofController(policy, officer),
    activities: rows.map((row) => practised(row, policy, edition, folded)),
    unpractised: unpractised(rows, policy, { inForce: edition.inForce, since }, folded),
    unpractisedDays: days,
    whole,
  };
}

async function allOf(models: PracticeParts['models']): Promise<{ rows: readonly ActivityRow[]; whole: boolean }> {
  const rows: ActivityRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await models.activities.page({ limit: pageRows, ...(cursor !== undefined && { cursor }) });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && rows.length < activitiesMax);
  return { rows, whole: cursor === undefined };
}

type Folded = Parameters<typeof driftOf>[3];

function practised(
  row: ActivityRow,
  policy: DeclaredPolicy,
  { inForce }: Edition,
  registers: Folded,
): PractisedActivity {
  const purpose = policy.purpose(row.purpose);
  const category = policy.category(row.category);
  const rule = policy.retention(row.purpose, row.category);
  const retention =
    rule && [rule.until, rule.relation ?? rule.obligation ?? rule.event, rule.term].filter(Boolean).join(' ');
  const recipientClass = row.recipient === notSaid ? undefined : recipientAt(registers, row.recipient, row.last)?.class;
  return {
    ...row,
    labels: { ...(purpose && { purpose: purpose.label }), ...(category && { category: category.label }) },
    clause: purpose?.clause ?? policy.sectionClause('purposes'),
    ...(retention !== undefined && { retention }),
    ...(recipientClass !== undefined && { recipientClass }),
    drift: driftOf(row, policy, inForce, registers),
  };
}

function ofController(policy: DeclaredPolicy, officer: string | undefined) {
  const { controller, third_party_data: others, cross_border: claims = [], commitments } = policy.policy;
  const named = (one: { code: string; label: Labels; clause?: string }, section: string): Named => ({
    code: one.code,
    label: one.label,
    clause: one.clause ?? section,
  });
  const recipients = policy.sectionClause('recipients');
  return {
    controller: {
      name: controller.name,
      bin: controller.bin,
      country: controller.country,
      contacts: controller.contacts.map(({ kind, value }) => ({ kind, value })),
      ...(officer !== undefined && { officer }),
    },
    people: (others?.about ?? []).map((one) => named(one, policy.sectionClause('third-party-data'))),
    safeguards: claims
      .filter(({ declared }) => declared !== 'proposed')
      .map((one) => ({
        ...named(one, recipients),
        countries: one.countries,
        ground: one.ground,
        instrument: one.instrument,
      })),
    measures: commitments
      .filter(({ by }) => by === 'controller')
      .map((one) => named(one, policy.sectionClause('general'))),
  };
}
