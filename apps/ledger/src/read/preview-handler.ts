// What would an order destroy, what would it keep and why? Decided like the order itself, and nothing is written.
import {
  decideErasure,
  type ErasureDecision,
  type ErasureOutside,
  type Folds,
  type OrderErasure,
  type PlacedPart,
} from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { placesOf } from '../erasure/places.js';
import { type EraseSubject } from '../write/erasure-commands.js';
import { foldsOf } from '../write/folds-of.js';
import { ownerOfSubject } from '../write/resolving.js';
import { Writers } from '../write/writers.js';
import { PreviewErasure, type ErasurePreview } from './erasure-queries.js';
import { Readers } from './readers.js';

@QueryHandler(PreviewErasure)
export class PreviewErasureHandler implements IQueryHandler<PreviewErasure> {
  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {}

  execute({ asked, order }: PreviewErasure): Promise<ErasurePreview> {
    return this.readers.seam.ask({ question: 'erasure-preview', asked }, async (touches) => {
      const { writers } = this;
      await writers.registers.fresh();
      const at = this.readers.now();
      const { folds } = await foldsOf(writers, [order.subject], at);
      const members = [...folds.keys()];
      touches(members);
      const parts = await Promise.all(members.map((member) => placesOf(writers.vault, ownerOfSubject(member))));
      const outside: ErasureOutside = {
        ...writers.registers.outside,
        at,
        ids: members.map(() => randomUUID()),
        parts: parts.flat(),
      };
      return previewOf(commandOf(order), folds, outside);
    });
  }
}

function commandOf({ subject, scope, categories, parts, ground, act, article, decide, reason }: EraseSubject) {
  const order: OrderErasure = { type: 'OrderErasure', subject, scope, categories, parts, ground, act, article };
  return { ...order, decide, reason };
}

function previewOf(command: OrderErasure, folds: Folds, outside: ErasureOutside): ErasurePreview {
  const { decision, undecided } = decided(command, folds, outside);
  const going = goingOf(decision, outside.parts);
  const categories = new Set(going.map(({ category }) => category));
  const elsewhere = elsewhereOf(folds, categories);
  return {
    preview: true,
    outcome: outcomeOf(decision),
    person: ordersIn(decision).some(({ facts }) => facts['scope'] === 'person'),
    destroyed: [...categories].sort().map((category) => ({
      category,
      values: going.filter((one) => one.category === category && one.part !== undefined).length,
    })),
    kept: decision.kept.map(({ why, categories: of, act, article, until }) => ({
      why,
      categories: of,
      ...(act !== undefined && { act }),
      ...(article !== undefined && { article }),
      ...(until !== undefined && { until }),
    })),
    undecided,
    ...elsewhere,
  };
}

/** What nobody confirmed is shown as kept, with what is to be decided; the order itself would be refused. */
function decided(
  command: OrderErasure,
  folds: Folds,
  outside: ErasureOutside,
): { readonly decision: ErasureDecision; readonly undecided: readonly string[] } {
  try {
    return { decision: decideErasure(command, folds, outside), undecided: [] };
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'RETENTION_UNCONFIRMED') throw error;
    const keep = { ...command, decide: 'keep', reason: 'undecided' } as const;
    const undecided = (error.facts['categories'] ?? '').split(',').filter((category) => category !== '');
    return { decision: decideErasure(keep, folds, outside), undecided };
  }
}

const outcomeOf = ({ outcome }: ErasureDecision): ErasurePreview['outcome'] =>
  outcome === 'narrowed' || outcome === 'refused' ? outcome : 'ordered';

const ordersIn = ({ drafts }: ErasureDecision) => drafts.filter(({ type }) => type === 'ErasureOrdered');

interface Going {
  readonly category: string;
  readonly part?: PlacedPart;
}

/** Categories that an order names, though only other systems may have them, and every sealed value that goes with it. */
function goingOf(decision: ErasureDecision, parts: readonly PlacedPart[]): Going[] {
  const going = new Map<string, Going>();
  for (const { facts, stream } of ordersIn(decision)) {
    const {
      scope,
      categories = [],
      parts: named = [],
    } = facts as Readonly<{
      scope: string;
      categories?: readonly string[];
      parts?: readonly string[];
    }>;
    for (const category of categories) going.set(category, { category });
    for (const part of parts) {
      const name = `${part.event}/${part.p}`;
      const goes =
        part.owner === stream && (scope === 'person' || categories.includes(part.category) || named.includes(name));
      if (goes) going.set(name, { category: part.category, part });
    }
  }
  return [...going.values()];
}

/** Who else has it, as far as services told. */
function elsewhereOf(folds: Folds, categories: ReadonlySet<string>): Pick<ErasurePreview, 'holders' | 'recipients'> {
  const holders = new Set<string>();
  const recipients = new Set<string>();
  for (const { state, entries } of folds.values()) {
    for (const { category, holder, end } of state.holdings.current.values())
      if (end === undefined && categories.has(category)) holders.add(holder);
    for (const entry of entries)
      if (entry.type === 'DataTransferred' && entry.facts.categories.some((category) => categories.has(category)))
        recipients.add(entry.facts.recipient);
  }
  return { holders: [...holders].sort(), recipients: [...recipients].sort() };
}
