// What does an order or a fact demand to be destroyed here, now, part by part, and what must wait?
import { policyOf, type Outside } from './case.js';
import { type PlacedPart } from './dossier/held-shape.js';
import { erasurePartsMax, type Kept } from './erasure.js';
import { endedBy, ordersOf, type ErasureOrder } from './erasure-order.js';
import { pageMax, pagesOf } from './erasure-pages.js';
import { holdStands } from './erasure-state.js';
import { compareEntries, type Entry, type EntryOf } from './fact.js';
import { means } from './holding.js';
import { keptOf, Keepers, type Keeper } from './keepers.js';
import { editionAt } from './registers.js';
import { type HoldExtent } from './restricted/state.js';
import { subjectOfStream, subjectStream, type SubjectFold } from './subject-fold.js';
import { answeredCategory } from './request/answered-category.js';
import { metaPrefix } from './vocabulary.js';

/** What one ErasureExecuted answers. */
export interface Demand extends ErasureOrder {
  /** Whose keys and parts go: the subject, or one merged with it. Its stream takes the ErasureExecuted. */
  readonly owner: string;
  /** For scope `category`, as the event will name them. */
  readonly categories?: readonly string[];
  /** `<event id>/<p>` of the parts that go, as the event will name them; empty for scope `person`, where all of the owner's do. */
  readonly parts: readonly string[];
  /** IdentifierLinked events whose tokens go with it; empty for scope `person`. */
  readonly links: readonly string[];
  /** Key owners of other kinds that go with it, wholly. */
  readonly also?: readonly string[];
  /** Something of the same order is left for another execution. */
  readonly more: boolean;
}

export interface Demands {
  readonly demands: readonly Demand[];
  /** What of it may not be destroyed yet: a hold or a block stands. Ask again when it ends. */
  readonly waits: readonly Kept[];
}

export interface DemandOutside extends Outside {
  readonly at: string;
  /** Sealed parts of the subject and those merged into it that are still there, in any stream. */
  readonly parts: readonly PlacedPart[];
  /** Sealed parts of others that stand for her sake alone and are still there; see `OtherPart`. */
  readonly others?: readonly OtherPart[];
  /** Holds in restricted streams that stand on the subject, or on somebody merged with it. */
  readonly restricted?: readonly HoldExtent[];
}

/** A value under a key of its own for the sake of one person: of who acts for her, or uploaded data about her; never a shared one. */
export interface OtherPart {
  readonly event: string;
  readonly p: string;
  /** `<kind>-<uuid>`. */
  readonly owner: string;
  /** Of whom it is: it goes when she does. */
  readonly subject: string;
}

/**
 * What is to be destroyed now for one order, owner by owner, at most `erasurePartsMax` named parts at a time. Nothing
 * demanded and nothing waiting means that it is done: what was destroyed is no longer among the parts.
 */
export function demandsOf(order: ErasureOrder, family: SubjectFold, outside: DemandOutside): Demands {
  return new Demanding(order, family, outside).all();
}

/** Everything that is to be destroyed now about a person, whatever demanded it. */
export const allDemands = (family: SubjectFold, outside: DemandOutside): Demand[] =>
  ordersOf(family).flatMap((order) => demandsOf(order, family, outside).demands);

class Demanding {
  private readonly keepers: Keepers;
  private readonly byId: ReadonlyMap<string, Entry>;
  private readonly waiting = new Map<string, readonly Keeper[]>();

  constructor(
    private readonly order: ErasureOrder,
    private readonly family: SubjectFold,
    private readonly outside: DemandOutside,
  ) {
    const { cause, ground } = order;
    this.keepers = new Keepers(family.state, outside, { cause, ground, at: outside.at });
    this.byId = new Map([...family.entries, ...family.retracted].map((entry) => [entry.id, entry]));
  }

  all(): Demands {
    const { scope, cause } = this.order;
    if (scope === 'person') return this.person();
    if (scope === 'category') return this.byCategory(cause === 'erasure' ? this.orderedCategories() : this.ended());
    const own = this.free(this.valueParts());
    const parts = [...own, ...this.answersWith(own), ...this.retractedOthers()];
    return { demands: this.valueDemands(parts), waits: keptOf(this.waiting) };
  }

  /** A hold that came after the order stops the whole of it: keys of a person go together. */
  private person(): Demands {
    const { event, subject } = this.order;
    const { executions, holds } = this.family.state.erasures;
    if (executions.get(event)?.some((one) => one.subject === subject && !one.more) === true) return none;
    const standing = [...holds.values()].filter((hold) => holdStands(hold, this.outside.at));
    const waits = [...standing, ...(this.outside.restricted ?? [])].map(({ categories = [] }): Kept => ({
      why: 'LEGAL_HOLD',
      categories: [...categories],
    }));
    if (waits.length > 0) return { demands: [], waits };
    const others = this.others.filter((part) => part.subject === subject);
    return {
      demands: [{ ...this.order, owner: subject, parts: [], links: [], ...alsoOf(others), more: false }],
      waits: [],
    };
  }

  private orderedCategories(): readonly string[] {
    return this.family.state.erasures.orders.get(this.order.event)?.categories ?? [];
  }

  private ended(): readonly string[] {
    const entry = this.byId.get(this.order.event);
    return entry?.type === 'DataDestroyed' ? endedBy(entry, this.family) : [];
  }

  private byCategory(named: readonly string[]): Demands {
    const { cause, event, subject } = this.order;
    const going = named.filter((category) => this.mayGo(category));
    const waits = keptOf(this.waiting);
    const owners = cause === 'erasure' ? [subject] : this.owners();
    const schemes = this.schemesOf(going);
    const demands = owners.flatMap((owner): Demand[] => {
      const own = this.owned(owner).filter((part) => this.goesWith(part, going, schemes));
      const parts = [...own, ...this.othersWith(owner, going)];
      const done = this.family.state.erasures.executions.get(event)?.filter((one) => one.subject === owner) ?? [];
      const told = new Set(done.flatMap(({ categories = [] }) => categories));
      // An officer's order is answered even where nothing of it was sealed here; a fact that left nothing demands nothing.
      const asked = cause === 'erasure' && going.some((category) => !told.has(category));
      if (going.length === 0 || (parts.length === 0 && !asked)) return [];
      const pages = pagesOf(parts, pageMax(going));
      return (pages.length > 0 ? pages : [[]]).map((page, i) => ({
        ...this.order,
        owner,
        categories: going,
        parts: page.map(nameOf),
        links: this.linksOf(page),
        ...alsoOf(page),
        more: waits.length > 0 || i < pages.length - 1,
      }));
    });
    return { demands, waits };
  }

  /** Facts that occurred after the order begin something new; what stands in streams of others goes by its owner. */
  private goesWith(part: PlacedPart, going: readonly string[], schemes: readonly string[]): boolean {
    const entry = this.byId.get(part.event);
    if (entry && entry.occurred > this.order.ordered) return false;
    if (entry?.type === 'IdentifierLinked' && schemes.includes(entry.facts.scheme)) return true;
    const answered = answeredCategory(part.category);
    if (answered !== undefined) return going.includes(answered);
    if (!part.category.startsWith(metaPrefix)) return going.includes(part.category);
    const about = entry && 'categories' in entry.facts ? entry.facts.categories : undefined;
    if (!about) return going.includes(part.category);
    // A link to a source, a place, an uploader says something of the data beside it: it goes with the last of that.
    return about.every((category) => going.includes(category) || this.goneBefore(category));
  }

  /** Whoever uploaded data goes with the last of that data; a representative stays while the person does. */
  private othersWith(owner: string, going: readonly string[]): readonly OtherPart[] {
    return this.others.filter(({ subject, event }) => {
      const entry = this.byId.get(event);
      if (subject !== owner || !entry || entry.occurred > this.order.ordered) return false;
      const about = 'categories' in entry.facts ? entry.facts.categories : undefined;
      return about?.every((category) => going.includes(category) || this.goneBefore(category)) === true;
    });
  }

  /** What others have in a fact that was told in error goes with it, unless something keeps the fact's own data. */
  private retractedOthers(): readonly OtherPart[] {
    const entry = this.byId.get(this.retracted() ?? '');
    const others = this.others.filter(({ event }) => event === entry?.id);
    if (!entry || others.length === 0) return [];
    const about: readonly string[] = 'categories' in entry.facts ? (entry.facts.categories ?? []) : ['meta.name'];
    return about.filter((category) => !this.mayGo(category)).length === 0 ? others : [];
  }

  /** The fact that the order retracts. */
  private retracted(): string | undefined {
    return [...this.family.retractions].find(([, { event }]) => event === this.order.event)?.[0];
  }

  private goneBefore(category: string): boolean {
    const { executions } = this.family.state.erasures;
    return [...executions.values()].flat().some(({ categories }) => categories?.includes(category) === true);
  }

  /** Answers that she was given before repeat what was told then: a value that goes takes their copies of its category along. */
  private answersWith(values: readonly PlacedPart[]): readonly PlacedPart[] {
    const categories = new Set(values.map(({ category }) => category));
    const named = new Set(values.map(nameOf));
    return this.outside.parts.filter(
      (part) => categories.has(answeredCategory(part.category) ?? '') && !named.has(nameOf(part)),
    );
  }

  private valueParts(): readonly PlacedPart[] {
    const entry = this.byId.get(this.order.event);
    if (entry?.type === 'DataCorrected') return this.correctedParts(entry);
    if (entry?.type === 'ErasureOrdered') {
      const named = new Set(entry.facts.parts);
      return this.outside.parts.filter((part) => named.has(nameOf(part)));
    }
    const retracted = this.retracted();
    return this.outside.parts.filter(({ event }) => event === retracted);
  }

  /** The values of the fact it names, or else every earlier one of the same category, holder and role, as the dossier shows it. */
  private correctedParts(correction: EntryOf<'DataCorrected'>): readonly PlacedPart[] {
    const { categories, corrects, holder, role } = correction.facts;
    return this.outside.parts.filter((part) => {
      if (part.event === correction.id || !categories.some((named) => means(named, part.category))) return false;
      if (corrects !== undefined) return part.event === corrects;
      const entry = this.byId.get(part.event);
      if (entry?.type !== 'DataCollected' && entry?.type !== 'DataDeclared' && entry?.type !== 'DataCorrected') {
        return false;
      }
      return entry.facts.holder === holder && entry.facts.role === role && compareEntries(entry, correction) < 0;
    });
  }

  private free(parts: readonly PlacedPart[]): readonly PlacedPart[] {
    return parts.filter(({ category }) => this.mayGo(category));
  }

  private mayGo(category: string): boolean {
    const { cause } = this.order;
    const told = cause === 'erasure' ? this.keepers.sudden(category) : this.keepers.of(category);
    const keepers = told.length > 0 ? told : this.keepers.restricted(category);
    if (keepers.length > 0) this.waiting.set(category, keepers);
    return keepers.length === 0;
  }

  private valueDemands(parts: readonly (PlacedPart | OtherPart)[]): Demand[] {
    const demands = this.owners().flatMap((owner): Demand[] => {
      const own = parts.filter((part) =>
        'subject' in part ? part.subject === owner : part.owner === subjectStream(owner),
      );
      return pagesOf(own, erasurePartsMax).map((page) => ({
        ...this.order,
        owner,
        parts: page.map(nameOf),
        links: this.linksOf(page),
        ...alsoOf(page),
        more: true,
      }));
    });
    const left = this.waiting.size > 0;
    return demands.map((demand, i) => ({
      ...demand,
      more: left || demands.slice(i + 1).some(({ owner }) => owner === demand.owner),
    }));
  }

  /** Identifiers among the parts: their tokens go with them. */
  private linksOf(parts: readonly Pick<PlacedPart, 'event'>[]): string[] {
    const events = new Set(parts.map(({ event }) => event));
    return [...events].filter((event) => this.byId.get(event)?.type === 'IdentifierLinked');
  }

  private schemesOf(categories: readonly string[]): string[] {
    const document = editionAt(this.outside.registers, this.outside.at)?.document;
    const identifiers = document === undefined ? [] : policyOf(this.outside, document).policy.identifiers;
    return identifiers.filter(({ category }) => categories.includes(category)).map(({ scheme }) => scheme);
  }

  /** The subject of the order first, then those merged with it. */
  private owners(): string[] {
    const { subject } = this.order;
    const all = [...this.family.revisions.keys()].map(subjectOfStream);
    return [subject, ...all.filter((other) => other !== subject)];
  }

  private get others(): readonly OtherPart[] {
    return this.outside.others ?? [];
  }

  private owned(owner: string): readonly PlacedPart[] {
    return this.outside.parts.filter((part) => part.owner === subjectStream(owner));
  }
}

const none: Demands = { demands: [], waits: [] };

/** `<event id>/<p>`, as events name a part. */
export const nameOf = ({ event, p }: Pick<PlacedPart, 'event' | 'p'>): string => `${event}/${p}`;

const alsoOf = (parts: readonly (PlacedPart | OtherPart)[]): { also?: readonly string[] } => {
  const also = [...new Set(parts.flatMap((part) => ('subject' in part ? part.owner : [])))];
  return also.length > 0 ? { also } : {};
};
