// How is one told fact decided, sealed and made into a unit, without waiting for anything?
import {
  foldsNeeded,
  HistoryNeeded,
  meantAt,
  recordFact,
  Standing,
  subjectOfStream,
  type Folds,
  type Named,
  type Recording,
  type SubjectFold,
} from '@derbes/domain';
import { noStream } from '@derbes/event-store';
import { canonicalJson, type JsonValue, type Seal } from '@derbes/kernel';
import { asOwnerName, type KeyRow, type OwnerName } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { spreadingAmong } from '../cascade/spreading-facts.js';
import { ordersAmong } from '../erasure/ordering.js';
import { type Deciding, type Decision, type Lacking, type Stopped, type StoredOutcome } from './decision.js';
import { beyondFences, isFenced, latest, mayBegin, noRank, type BeyondFences } from './fencing.js';
import { heldBy, namedBy, noteMove } from './held-identifiers.js';
import { knownOf, refusal } from './known-references.js';
import { mainEventOf } from './main-event.js';
import { controllerOwner } from './opening.js';
import { tellable } from './outcome.js';
import { ownerOfSubject, type Resolved } from './resolving.js';
import { receivedJson } from './translate.js';
import { tornMerges } from './torn-merges.js';
import { makeUnit, type IdentifiedDraft, type Link, type Made } from './unit-maker.js';

export function decide(resolved: Resolved, deciding: Deciding): Decision {
  const one = new DecidingOne(resolved, deciding);
  try {
    return one.decide();
  } catch (error) {
    if (!(error instanceof HistoryNeeded)) throw error;
    return one.histories();
  }
}

class DecidingOne {
  private readonly standing = new Map<OwnerName, KeyRow>();
  private readonly organisationNames: string[] = [];
  private taken: BeyondFences['taken'] = new Map();
  private read: Folds = new Map();

  constructor(
    private readonly resolved: Resolved,
    private readonly deciding: Deciding,
  ) {}

  decide(): Decision {
    const { told } = this.resolved;
    const named = this.named();
    if (!('named' in named)) return named;
    const folds = this.folds(named.named);
    if ('lacking' in folds) return folds;
    this.read = folds;
    const beyond = beyondFences(named.named, folds, told, told.seals.length > 0);
    if (!beyond) return { erased: true };
    this.taken = beyond.taken;
    const organisations = this.organisations();
    const known = knownOf(this.resolved, this.deciding, this.organisationNames);
    if ('refused' in known) return known;
    const { outside, mainId, now } = this.deciding;
    const recording = recordFact(
      {
        type: told.kind.slice('derbes.'.length) as Parameters<typeof recordFact>[0]['type'],
        facts: told.facts(known),
        occurred: told.occurred,
        seals: [...this.seals(), ...organisations],
      },
      beyond.named,
      folds,
      { ...outside, subject: randomUUID(), fact: mainId, at: now },
    );
    if (this.isLate(recording)) return this.histories();
    const lacking = this.lackingOwners(recording);
    if (lacking.length > 0) return { lacking: 'owners', subjects: lacking };
    const outcome: StoredOutcome = { status: 'recorded', findings: recording.findings.map(tellable) };
    const made = this.make(recording, outcome);
    return {
      made,
      recording,
      outcome,
      read: [...folds.keys()],
      orders: ordersAmong(made.recorded),
      spreading: spreadingAmong(made.recorded),
      ordersKnown: new Map(
        recording.drafts.flatMap(({ stream, seals = [] }) => {
          const subject = subjectOfStream(stream);
          return seals.length === 0 ? [] : [[subject, folds.get(subject)?.state.erasures.orders.size ?? 0] as const];
        }),
      ),
    };
  }

  private named(): { readonly named: readonly Named[] } | Extract<Decision, { refused: unknown }> | Stopped {
    const { identifiers, refToken, told, referenceTokens } = this.resolved;
    const { looked } = this.deciding;
    const named: Named[] = [];
    let [fenced, known] = [noRank, noRank];
    for (const { named: one, token } of identifiers) {
      const held = heldBy(token, this.deciding);
      const meant = meantAt(held, told.occurred);
      if (meant && !this.stands(meant)) {
        const begins = meant.state === 'erasing' && mayBegin(told);
        return begins ? { erasing: subjectOfStream(meant.owner) } : { erased: true };
      }
      if (isFenced(held, told)) {
        fenced = Math.max(fenced, one.rank);
        continue;
      }
      if (meant) known = Math.max(known, one.rank);
      named.push(namedBy(one, held));
    }
    // Somebody else's stronger word for herself: what is told is hers, and the erased person's identifier is left out of it.
    if (fenced > known && !refToken) return { erased: true };
    if (refToken) {
      const { holder } = heldBy(refToken, this.deciding);
      if (!holder && heldBy(refToken, this.deciding).fences.length > 0) return { erased: true };
      if (!holder) return refusal('UNKNOWN_REF', 'this ref was never given to this source', '/data/subject/ref');
      if (!this.stands(holder)) return { erased: true };
      named.push({ subject: subjectOfStream(holder.owner) });
    }
    if (told.becomes === 'FactRetracted') {
      const fact = referenceTokens[0] && looked.claims.get(referenceTokens[0].toString('hex'));
      if (fact?.state === 'erased') return { erased: true };
      if (!fact || fact.state === 'reserved' || fact.events.every(({ stream }) => !stream.startsWith('subject-')))
        return refusal('UNKNOWN_FACT', 'nothing was recorded under it', '/data/fact');
      const main = mainEventOf(fact.events);
      const streams = fact.events.filter(({ type }) => type === main?.type).map(({ stream }) => stream);
      named.push(...[...new Set(streams)].map((stream) => ({ subject: stream.slice('subject-'.length) })));
    }
    return { named };
  }

  private stands(holder: KeyRow): boolean {
    this.standing.set(holder.owner, holder);
    return holder.state === 'live';
  }

  /** Folds as they are this very moment, units under way included. */
  private folds(named: readonly Named[]): Folds | Lacking {
    const folds = new Map<string, SubjectFold>();
    for (;;) {
      const needed = foldsNeeded(named, this.resolved.told.occurred, folds);
      if (needed.length === 0) {
        const torn = tornMerges(folds);
        if (torn.length === 0) return folds;
        for (const subject of torn) this.deciding.cache.drop(subject);
        return { lacking: 'folds', subjects: torn };
      }
      const missing = needed.filter((subject) => !this.deciding.cache.peek(subject));
      if (missing.length > 0) return { lacking: 'folds', subjects: missing };
      for (const subject of needed) {
        const found = this.deciding.cache.peek(subject);
        if (found) folds.set(subject, found.fold);
      }
    }
  }

  /** Names each organisation, and seals what was told of one that is new. */
  private organisations(): Seal[] {
    const { organisations, told } = this.resolved;
    return organisations.flatMap(({ token, bin, name }) => {
      const hex = token.token.toString('hex');
      const found = this.deciding.underway.holder(token.token) ?? this.deciding.looked.organisations.get(hex);
      if (found) {
        this.standing.set(found.owner, found);
        this.organisationNames.push(found.owner);
        return [];
      }
      const owner = `organisation-${randomUUID()}`;
      this.organisationNames.push(owner);
      const seal = (category: string, value: JsonValue): Seal => ({
        category,
        value: told.values.push(value) - 1,
        owner,
      });
      return [seal('meta.bin', bin), ...(name === undefined ? [] : [seal('meta.name', name)])];
    });
  }

  private seals(): Seal[] {
    return this.resolved.told.seals.map(({ category, value, owner }) => ({
      category,
      value,
      ...(owner === 'employee' && { owner: `representative-${randomUUID()}` }),
    }));
  }

  /** Those it was to be decided on, all at once: the histories of who are one person are needed together. */
  histories(): Lacking {
    return { lacking: 'histories', subjects: [...this.read.keys()] };
  }

  /** Whether the fact goes before something else in the history of somebody of whom only what stands is at hand. */
  private isLate({ drafts }: Recording): boolean {
    return drafts.some((draft) => {
      const fold = this.read.get(subjectOfStream(draft.stream));
      return fold instanceof Standing && !fold.takes(draft, this.deciding.now);
    });
  }

  private lackingOwners({ drafts, subject }: Recording): string[] {
    const begun = new Set(drafts.filter(({ type }) => type === 'SubjectRegistered').map(({ stream }) => stream));
    const streams = [...drafts.map(({ stream }) => stream), ...(subject === undefined ? [] : [`subject-${subject}`])];
    return [...new Set(streams)]
      .filter((stream) => !begun.has(stream))
      .filter((stream) => {
        const owner = asOwnerName(stream);
        const row = this.standing.get(owner) ?? this.deciding.underway.owner(owner) ?? this.deciding.owners.get(owner);
        if (row) this.standing.set(owner, row);
        return !row;
      })
      .map((stream) => stream.slice('subject-'.length));
  }

  private make(recording: Recording, outcome: StoredOutcome): Made {
    const { resolved, deciding } = this;
    const { vault, ring, cache, landing, mainId, actor, now, editionAt } = deciding;
    const drafts = recording.drafts.map((draft): IdentifiedDraft => ({ ...draft, id: draft.id ?? randomUUID() }));
    const subject = recording.subject === undefined ? undefined : ownerOfSubject(recording.subject);
    const checkOwner = drafts[0] ? asOwnerName(drafts[0].stream) : (subject ?? controllerOwner(vault.ledger));
    const links = recording.bindings.map(({ value, subject: holder, from }): Link => {
      const found = resolved.identifiers.find(({ named }) => named.value === value);
      if (!found) throw new RangeError('a binding names no identifier of the fact');
      const over = latest(heldBy(found.token, deciding).fences);
      const taken = this.taken.get(value);
      return {
        token: found.token,
        owner: ownerOfSubject(holder),
        ...(over !== undefined && { over }),
        ...(taken && { from: { owner: ownerOfSubject(taken.subject), since: taken.since, until: taken.until } }),
        ...(from && { from: { owner: ownerOfSubject(from.subject), since: from.since, until: from.until } }),
      };
    });
    const bins = resolved.organisations.flatMap(({ token }, place) => {
      const owner = asOwnerName(this.organisationNames[place] ?? '');
      return this.standing.has(owner) ? [] : [{ token, owner }];
    });
    const { source } = resolved.event;
    const given = recording.subject === undefined ? undefined : cache.peek(recording.subject)?.refs.get(source);
    const made = makeUnit(vault, ring, {
      token: resolved.token,
      kind: 'fact',
      landing,
      drafts,
      values: resolved.told.values,
      actor,
      source,
      now,
      head: (stream) => cache.peek(stream.slice('subject-'.length))?.head ?? { revision: noStream },
      editionAt,
      standing: this.standing,
      links: [...links, ...bins],
      received: { content: receivedJson(resolved.event), owner: checkOwner, under: mainId },
      ...(subject && given === undefined && { ref: { owner: subject, source } }),
      outcome: canonicalJson(outcome as unknown as JsonValue),
    });
    for (const link of links) noteMove(link, made.owners, this.standing, deciding);
    return given === undefined ? made : { ...made, ref: given };
  }
}
