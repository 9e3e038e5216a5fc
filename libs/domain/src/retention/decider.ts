// May data go whose last term is over, from which holder, and does what is sealed here go with it?
import { destructionGround, type DeclaredPolicy, type Profile, type RetentionAct } from '@derbes/policy';
import { Refused, type Facts } from '@derbes/kernel';
import { policyOf, profileOf } from '../case.js';
import { type ErasureGround } from '../erasure.js';
import { decideErasure } from '../erasure-decider.js';
import { fenceOf } from '../fence.js';
import { draft, staffKnown } from '../hold-decider.js';
import { type Folds } from '../identify.js';
import { Keepers, lawOf } from '../keepers.js';
import { type FactDraft } from '../record.js';
import { editionAt, ledgerHolder } from '../registers.js';
import { isHeldRestricted } from '../restricted/state.js';
import { type SubjectFold } from '../subject-fold.js';
import { type HolderManner } from '../task/manner.js';
import { tasksFor } from '../task/order.js';
import { actOf } from '../vocabulary.js';
import {
  retentionAtOnceMax,
  type DecideRetention,
  type KeptHolding,
  type RetentionCommand,
  type RetentionOutcome,
  type RetentionOutside,
} from './command.js';
import { expiredConsents } from './consent-expiry.js';
import { groundOfEnd, mannerOf } from './grounds.js';
import { duesOf, stoppedBy, type HoldingDue } from './holding-due.js';
import { standingRow, type StandingRow } from './statutory.js';
import { type StayEnd } from './ends.js';
import { survivingFamily } from '../survivor.js';

/**
 * Decides over the subject's stream and those merged into it: `folds` must hold them all. What a hold, a block or a law keeps is told
 * in `kept` and no refusal. Refuses SUBJECT_UNKNOWN, MERGED, ALREADY_ORDERED and ALREADY_ERASED (the whole person), STAFF_UNKNOWN,
 * NOTHING_DUE (an officer alone), KEEP_MALFORMED.
 */
export function decideRetention(command: RetentionCommand, folds: Folds, outside: RetentionOutside): RetentionOutcome {
  const { subject } = command;
  const family = survivingFamily(subject, folds);
  const fence = fenceOf(family);
  if (fence) {
    const code = fence.executed === undefined ? 'ALREADY_ORDERED' : 'ALREADY_ERASED';
    throw new Refused(code, 'the whole person goes', { order: fence.order });
  }
  return new Deciding(command, folds, family, outside).decide();
}

/** Of an order that stands already, or of which nothing is sealed here: the holders are told all the same. */
const nothingHere: ReadonlySet<string> = new Set(['ALREADY_ORDERED', 'ALREADY_ERASED', 'CATEGORY_NOT_HELD']);

/** Due, not decided yet. */
type Due = HoldingDue & { readonly due: string; readonly by: StayEnd };

interface Group {
  readonly facts: Facts;
  readonly items: Due[];
}

class Deciding {
  private readonly policy: DeclaredPolicy | undefined;
  private readonly profile: Profile;
  private readonly ids: Iterator<string>;
  private readonly kept: KeptHolding[] = [];
  private readonly groups = new Map<string, Group>();
  /** What becomes of what goes, where. */
  private manners: readonly HolderManner[] = [];

  constructor(
    private readonly command: RetentionCommand,
    private readonly folds: Folds,
    private readonly family: SubjectFold,
    private readonly outside: RetentionOutside,
  ) {
    const document = editionAt(outside.registers, outside.at)?.document;
    this.policy = document === undefined ? undefined : policyOf(outside, document);
    this.profile = profileOf(outside, outside.at, this.policy);
    this.ids = outside.ids[Symbol.iterator]();
  }

  decide(): RetentionOutcome {
    const { command } = this;
    if (command.type === 'DecideRetention') this.checkForm(command);
    const due = this.due();
    if (command.type === 'DecideRetention' && due.length === 0) {
      throw new Refused('NOTHING_DUE', 'nothing of this is due and undecided', { subject: command.subject });
    }
    const going = due.slice(0, retentionAtOnceMax).filter((one) => this.mayGo(one));
    this.manners = going.flatMap((one) => {
      const chosen = this.chosen(one);
      return chosen ? [{ ...one.holding, manner: mannerOf[chosen] }] : [];
    });
    for (const one of going) this.group(one, this.carriedOut(one));
    const whole = this.wholly(going);
    const drafts = [...this.groups.values()].flatMap((group) => this.draftsOf(group, whole));
    const erasing = this.erasures(going, whole);
    const expired =
      command.type === 'CarryOutRetention' ? expiredConsents(command.subject, this.family.state, this.outside.at) : [];
    return {
      drafts: [...expired, ...drafts, ...erasing.drafts],
      decided: [...this.groups.values()].reduce((sum, { items }) => sum + items.length, 0),
      kept: this.kept,
      orders: erasing.orders,
      expired: expired.length,
    };
  }

  private checkForm({ decide, until, act, article, staff }: DecideRetention): void {
    staffKnown(staff, this.outside);
    if (decide !== 'keep') return;
    if (act !== undefined && article !== undefined && until !== undefined && until > this.outside.at) return;
    throw new Refused('KEEP_MALFORMED', 'name the act, the article, and a moment to come until which it is kept', {
      decide,
    });
  }

  private due(): Due[] {
    const { command, outside, family } = this;
    return duesOf(family.state, outside.documents)
      .filter((one): one is Due => one.due !== undefined && one.due <= outside.at && one.ordered === undefined)
      .filter(({ holding, byItself }) => {
        if (command.type === 'CarryOutRetention') return byItself;
        const { category, holder, purpose } = command;
        return (
          (category === undefined || holding.category === category) &&
          (holder === undefined || holding.holder === holder) &&
          (purpose === undefined || holding.purposes.some(({ code }) => code === purpose))
        );
      });
  }

  /** Notes what keeps it. An officer's `keep` is one more thing that does. */
  private mayGo(due: Due): boolean {
    const { category, holder } = due.holding;
    const keep = (why: KeptHolding['why'], until?: string): boolean => {
      this.kept.push({ category, holder, why, ...(until !== undefined && { until }) });
      return false;
    };
    const { block, holds } = stoppedBy(due.holding, this.family.state, this.outside.at);
    if (block) return keep('BLOCKED');
    const [hold] = holds;
    if (hold) return keep('LEGAL_HOLD', hold.until);
    const { command } = this;
    if (command.type === 'DecideRetention' && command.decide === 'keep') {
      const { until, act, article } = command;
      this.group(due, { outcome: 'kept', ...(until !== undefined && { until }), ...actOf(act, article) });
      return keep('STATUTORY_RETENTION', until);
    }
    const { outside, family } = this;
    // Of the edition in force, though the edition by which it was collected knew none.
    const row = standingRow(this.policy, due.holding, family.state.relations, outside.at);
    if (row) {
      if (row.confirmed) return this.keptByRow(due, row, keep);
      if (command.type === 'CarryOutRetention') return keep('RETENTION_UNCONFIRMED');
    }
    // Worded as any hold: whoever is told of it learns no more than that one stands.
    return isHeldRestricted(this.outside.restricted ?? [], category) ? keep('LEGAL_HOLD') : true;
  }

  private keptByRow(due: Due, row: StandingRow, keep: (why: KeptHolding['why'], until?: string) => boolean): boolean {
    const { until, code, act, article } = row;
    // While nobody can tell until when, nothing is said: it is asked again.
    if (until !== undefined) this.group(due, { outcome: 'kept', until, row: code, ...actOf(act, article) });
    return keep('STATUTORY_RETENTION', until);
  }

  /** As the officer says, else as the rule does; undefined where neither does. */
  private chosen({ act: ruled }: Due): RetentionAct | undefined {
    const { command } = this;
    return command.type === 'DecideRetention' && command.decide !== 'keep' ? command.decide : ruled;
  }

  private carriedOut(due: Due): Facts {
    const chosen = this.chosen(due);
    return {
      outcome: 'carried-out',
      ...(chosen && { manner: mannerOf[chosen] }),
      ...(due.undecided[0] !== undefined && { row: due.undecided[0] }),
      ...lawOf(destructionGround(this.profile, groundOfEnd[due.by])),
    };
  }

  private group(due: Due, decided: Facts): void {
    const { holder, role, capacity, for: organisation } = due.holding;
    const { command } = this;
    const officer = command.type === 'DecideRetention' ? command : undefined;
    const facts: Facts = {
      ...decided,
      by: officer ? 'officer' : 'policy',
      holder,
      role,
      capacity,
      ...(organisation !== undefined && { for: organisation }),
      ground: due.by,
      ...(officer && { reason: officer.reason }),
      ...(officer?.staff !== undefined && { staff: officer.staff }),
    };
    const key = JSON.stringify(facts);
    const group = this.groups.get(key) ?? { facts, items: [] };
    group.items.push(due);
    this.groups.set(key, group);
  }

  /** Categories that nobody else holds any longer: what is sealed here goes with them. */
  private wholly(going: readonly Due[]): ReadonlySet<string> {
    const gone = new Set(going.map(({ holding }) => holding));
    const standing = duesOf(this.family.state, this.outside.documents).filter(
      ({ holding, ordered }) => !gone.has(holding) && ordered === undefined && holding.holder !== ledgerHolder,
    );
    const held = new Set(standing.map(({ holding }) => holding.category));
    return new Set(
      going.flatMap(({ holding: { category }, by }) =>
        held.has(category) || this.isKept(category, by) ? [] : category,
      ),
    );
  }

  private isKept(category: string, by: StayEnd): boolean {
    const keepers = new Keepers(this.family.state, this.outside, {
      cause: 'erasure',
      ground: groundOfEnd[by],
      at: this.outside.at,
    });
    return keepers
      .of(category)
      .some(({ why }) => why !== 'RETENTION_UNCONFIRMED' || this.command.type === 'CarryOutRetention');
  }

  /** The decision, and what its holder is told, unless the order for the whole category tells it. */
  private draftsOf({ facts, items }: Group, whole: ReadonlySet<string>): FactDraft[] {
    const { subject } = this.command;
    const { at } = this.outside;
    const id = this.id();
    const named = items.map(({ holding: { category, began, purposes }, due }) => ({
      category,
      began,
      due,
      purposes: purposes.map(({ code }) => code),
    }));
    const decision = draft(subject, 'RetentionDecided', { ...facts, items: named }, at, id);
    const told = items.map(({ holding }) => holding.category).filter((category) => !whole.has(category));
    const [first] = items;
    if (facts['outcome'] === 'kept' || told.length === 0 || !first) return [decision];
    const { holder, role, capacity } = first.holding;
    const telling = {
      kind: 'destroy',
      subject,
      cause: id,
      categories: told,
      role,
      capacity,
      manners: this.manners,
    } as const;
    return [decision, ...tasksFor({ ...telling, holders: [holder], recipients: [] }, this.family, this.outside)];
  }

  /** An order for each ground, which tells everybody who has it. */
  private erasures(going: readonly Due[], whole: ReadonlySet<string>): { drafts: FactDraft[]; orders: string[] } {
    const { command, outside } = this;
    const byGround = new Map<ErasureGround, Set<string>>();
    for (const { holding, by } of going) {
      if (!whole.has(holding.category)) continue;
      const ground = groundOfEnd[by];
      byGround.set(ground, (byGround.get(ground) ?? new Set()).add(holding.category));
    }
    const drafts: FactDraft[] = [];
    const orders: string[] = [];
    const taken = new Set<string>();
    for (const [ground, named] of byGround) {
      const categories = [...named].filter((category) => !taken.has(category));
      for (const category of categories) taken.add(category);
      if (categories.length === 0) continue;
      const officer = command.type === 'DecideRetention' ? command : undefined;
      const order = {
        type: 'OrderErasure',
        subject: command.subject,
        scope: 'category',
        categories,
        ground,
        manners: this.manners,
        ...(officer && { decide: 'erase' as const, reason: officer.reason, staff: officer.staff }),
      } as const;
      try {
        const ids = [...this.folds.keys()].map(() => this.id());
        const decided = decideErasure(order, this.folds, { ...outside, ids });
        drafts.push(...decided.drafts);
        if (decided.order !== undefined) orders.push(decided.order);
      } catch (error) {
        if (!(error instanceof Refused && nothingHere.has(error.code))) throw error;
      }
    }
    return { drafts, orders };
  }

  private id(): string {
    const next = this.ids.next();
    if (next.done === true) throw new Error('more ids are needed');
    return next.value;
  }
}
