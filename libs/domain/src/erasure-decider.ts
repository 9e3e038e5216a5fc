// May a person, a category or a value be destroyed: all of it, less than asked, or nothing?
import { destructionGround, type DeclaredPolicy } from '@derbes/policy';
import { Refused, type Facts } from '@derbes/kernel';
import { policyOf, profileOf } from './case.js';
import { erasureCategoriesMax, erasurePartsMax, type Kept } from './erasure.js';
import {
  type ErasureCommand,
  type ErasureDecision,
  type ErasureOutside,
  type OrderErasure,
} from './erasure-command.js';
import { askedOf, type Asked } from './erasure-asked.js';
import { nameOf } from './erasure-demand.js';
import { executionOf } from './erasure-state.js';
import { fenceOf } from './fence.js';
import { draft, known, lawNamed, liftHold, placeHold, staffKnown } from './hold-decider.js';
import { familyOf, type Folds } from './identify.js';
import { keptOf, Keepers, lawOf, type Keeper } from './keepers.js';
import { type FactDraft } from './record.js';
import { editionAt } from './registers.js';
import { subjectStream, type SubjectFold } from './subject-fold.js';
import { erasureTasks } from './task/cascade.js';
import { survivingFamily } from './survivor.js';

/**
 * Decides over the subject's stream and those merged into it: `folds` must hold them all. Refuses SUBJECT_UNKNOWN, MERGED
 * (order it for the survivor), ALREADY_ORDERED, ALREADY_ERASED, CATEGORY_NOT_HELD, PART_UNKNOWN, SCOPE_MALFORMED,
 * TOO_MUCH_AT_ONCE, LAW_MISSING, STAFF_UNKNOWN, RETENTION_UNCONFIRMED (an officer must decide), DECISION_WITHOUT_REASON, and what
 * `placeHold` and `liftHold` refuse. What acts keep is no refusal of the command but an event: outcome `refused`, `narrowed`.
 */
export function decideErasure(command: ErasureCommand, folds: Folds, outside: ErasureOutside): ErasureDecision {
  const { subject } = command;
  const family = survivingFamily(subject, folds);
  switch (command.type) {
    case 'PlaceHold':
      return placeHold(command, family, outside);
    case 'LiftHold':
      return liftHold(command, family, outside);
    case 'OrderErasure':
      return new Ordering(command, familyOf(subject, folds), family, outside).decide();
  }
}

/** Devices that her identifiers meant before: what was told of them stays with them, and is destroyed by orders of their own. */
export const devicesBefore = ({ state }: SubjectFold): string[] => [
  ...new Set([...state.identity.links.values()].flatMap(({ movedFrom }) => movedFrom ?? [])),
];

class Ordering {
  private readonly policy: DeclaredPolicy | undefined;
  private readonly kept = new Map<string, readonly Keeper[]>();

  constructor(
    private readonly command: OrderErasure,
    /** The subject first. */
    private readonly members: readonly string[],
    private readonly family: SubjectFold,
    private readonly outside: ErasureOutside,
  ) {
    const document = editionAt(outside.registers, outside.at)?.document;
    this.policy = document === undefined ? undefined : policyOf(outside, document);
  }

  decide(): ErasureDecision {
    const { command } = this;
    this.checkForm();
    this.refuseAgain();
    const asked = askedOf(command, this.family, this.outside, this.policy);
    const keepers = new Keepers(this.family.state, this.outside, {
      cause: 'erasure',
      ground: command.ground,
      at: this.outside.at,
    });
    const found = new Map(this.categoriesIn(asked).map((category) => [category, keepers.of(category)] as const));
    const erased = this.decideRows(found);
    for (const [category, all] of found) {
      const told = all.filter(({ row, why }) => why !== 'RETENTION_UNCONFIRMED' || !erased.has(row ?? ''));
      const kept = told.length > 0 ? told : keepers.restricted(category);
      if (kept.length > 0)
        this.kept.set(
          category,
          kept.map((keeper) => this.reasoned(keeper)),
        );
    }
    return this.decided(asked, erased);
  }

  private checkForm(): void {
    const { scope, categories = [], parts = [], ground, act, article, decide, reason, staff } = this.command;
    const fits = (scope === 'category') === categories.length > 0 && (scope === 'value') === parts.length > 0;
    if (!fits) {
      throw new Refused('SCOPE_MALFORMED', 'categories belong to scope category, parts to scope value', { scope });
    }
    if (parts.length > erasurePartsMax) {
      throw new Refused('TOO_MUCH_AT_ONCE', 'order fewer values at once', { max: String(erasurePartsMax) });
    }
    if (decide !== undefined && reason === undefined) {
      throw new Refused('DECISION_WITHOUT_REASON', 'say why what nobody confirmed is kept or destroyed', { decide });
    }
    lawNamed(ground, act, article);
    staffKnown(staff, this.outside);
    for (const category of categories) this.knownCategory(category);
  }

  private knownCategory(category: string): void {
    if (this.policy?.category(category) === undefined) known(category, this.family, this.outside);
  }

  /** What is ordered or gone is not ordered again. */
  private refuseAgain(): void {
    const fence = fenceOf(this.family);
    if (fence?.executed !== undefined) {
      throw new Refused('ALREADY_ERASED', 'the person is erased', { order: fence.order, executed: fence.executed });
    }
    if (fence) throw new Refused('ALREADY_ORDERED', 'the person is to be erased', { order: fence.order });
    const { scope, categories = [], parts = [] } = this.command;
    if (scope === 'person') return;
    const { orders } = this.family.state.erasures;
    const standing = [...orders.values()].find((order) => {
      if (order.scope !== scope || executionOf(this.family.state.erasures, order.event, order.subject)) return false;
      const named = scope === 'category' ? categories : parts;
      const there = scope === 'category' ? order.categories : order.parts;
      return named.every((one) => there?.includes(one) === true);
    });
    if (standing) throw new Refused('ALREADY_ORDERED', 'this is to be destroyed', { order: standing.event });
  }

  private categoriesIn({ categories, parts }: Asked): string[] {
    return [...new Set([...categories, ...parts.map(({ category }) => category)])];
  }

  /** Rows of the policy that nobody confirmed and that an officer decides to override; without a decision nothing is done. */
  private decideRows(found: ReadonlyMap<string, readonly Keeper[]>): ReadonlySet<string> {
    const { decide } = this.command;
    const open = [...found.values()].flat().filter(({ why }) => why === 'RETENTION_UNCONFIRMED');
    const rows = [...new Set(open.flatMap(({ row }) => row ?? []))];
    if (rows.length > 0 && decide === undefined) {
      const categories = [...found].filter(([, keepers]) => keepers.some(({ why }) => why === 'RETENTION_UNCONFIRMED'));
      throw new Refused('RETENTION_UNCONFIRMED', 'nobody confirmed how long the law keeps this: decide keep or erase', {
        rows: rows.join(','),
        categories: categories.map(([category]) => category).join(','),
      });
    }
    return new Set(decide === 'erase' ? rows : []);
  }

  private reasoned(keeper: Keeper): Keeper {
    const { reason } = this.command;
    return keeper.why === 'RETENTION_UNCONFIRMED' && reason !== undefined ? { ...keeper, reason } : keeper;
  }

  private decided(asked: Asked, erased: ReadonlySet<string>): ErasureDecision {
    const kept = keptOf(this.kept);
    const going = {
      categories: asked.categories.filter((category) => !this.kept.has(category)),
      parts: asked.parts.filter(({ category }) => !this.kept.has(category)),
    };
    const nothing = going.categories.length === 0 && going.parts.length === 0;
    if (kept.length > 0 && nothing) return this.refused(kept);
    if (kept.length > 0 && going.categories.length > erasureCategoriesMax) {
      throw new Refused('TOO_MUCH_AT_ONCE', 'order category by category', { max: String(erasureCategoriesMax) });
    }
    const orders = this.orders(going, kept.length > 0, erased);
    const [first] = orders;
    const narrowed = kept.length > 0 ? [this.narrowed(kept, first?.id)] : [];
    return {
      outcome: kept.length > 0 ? 'narrowed' : 'ordered',
      drafts: [...orders, ...this.tasks(going, first?.id), ...narrowed],
      ...(first?.id !== undefined && { order: first.id }),
      kept,
    };
  }

  /** One order in the stream of each whom it concerns; a person of whom something is kept is destroyed category by category. */
  private orders(going: Asked, narrowed: boolean, erased: ReadonlySet<string>) {
    const { scope } = this.command;
    const owners =
      scope === 'value'
        ? this.members.filter((member) => going.parts.some(({ owner }) => owner === subjectStream(member)))
        : this.members;
    const [first] = this.outside.ids;
    return owners.map((owner, i) => {
      const id = this.outside.ids[i];
      if (id === undefined || first === undefined) throw new Error('an id is needed for each order');
      const facts: Facts = {
        ...this.extent(going, narrowed, owner),
        ...this.grounded(),
        ...(erased.size > 0 && { decided: [...erased].map((row) => ({ row, reason: this.command.reason ?? '' })) }),
        ...(i > 0 && { under: first }),
        ...this.told(),
      };
      return draft(owner, 'ErasureOrdered', facts, this.outside.at, id);
    });
  }

  /** Everybody else who has it is told, before it is destroyed here. */
  private tasks(going: Asked, order: string | undefined): FactDraft[] {
    const { scope, subject, request, untold, manners } = this.command;
    if (order === undefined) return [];
    const extent = {
      person: { but: [...this.kept.keys()] },
      category: { categories: going.categories },
      value: { parts: going.parts },
    }[scope];
    const telling = { subject, order, request, manners, waitForAll: untold === 'wait', ...extent };
    return erasureTasks(telling, this.family, this.outside);
  }

  private extent(going: Asked, narrowed: boolean, owner: string): Facts {
    const { scope } = this.command;
    if (scope === 'value') {
      const own = going.parts.filter((part) => part.owner === subjectStream(owner));
      return { scope, parts: own.map(nameOf) };
    }
    if (scope === 'person' && !narrowed) return { scope };
    return { scope: 'category', categories: [...going.categories] };
  }

  /** The act as named by whoever ordered it, else the one that the law's row for the ground cites. */
  private grounded(): Facts {
    const { ground, act, article } = this.command;
    const profile = profileOf(this.outside, this.outside.at, this.policy);
    const law =
      act === undefined && article === undefined
        ? lawOf(destructionGround(profile, ground))
        : { ...(act !== undefined && { act }), ...(article !== undefined && { article }) };
    return { ground, ...law };
  }

  /** For which request, and by whom. */
  private told(): Facts {
    const { request, staff } = this.command;
    return { ...(request !== undefined && { request }), ...(staff !== undefined && { staff }) };
  }

  private asAsked(): Facts {
    const { scope, categories, parts } = this.command;
    return {
      scope,
      ...(categories && { categories: [...categories] }),
      ...(parts && { parts: [...parts] }),
    };
  }

  private narrowed(kept: readonly Kept[], order: string | undefined) {
    const facts: Facts = { ...(order !== undefined && { order }), ...this.asAsked(), kept: kept.map(asFacts) };
    return draft(this.command.subject, 'ErasureNarrowed', facts, this.outside.at);
  }

  private refused(kept: readonly Kept[]): ErasureDecision {
    const { subject, ground } = this.command;
    const facts: Facts = { ...this.asAsked(), ground, kept: kept.map(asFacts), ...this.told() };
    return { outcome: 'refused', drafts: [draft(subject, 'ErasureRefused', facts, this.outside.at)], kept };
  }
}

const asFacts = (kept: Kept): Facts => ({ ...kept });
