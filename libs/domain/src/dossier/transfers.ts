// Who received data, what was it used for, where was it published, what did a machine decide?
import { basisLine, type DossierContext } from './context.js';
import { mark, ofType } from './known.js';
import {
  type ConsentLine,
  type DecisionLine,
  type NoticeLine,
  type PublicationLine,
  type TransferLine,
  type UseLine,
} from './shape.js';

type Consents = ReadonlyMap<string, ConsentLine>;

/** Every transfer; giving access is one (Art. 1(15)). */
export function transferLines(
  { history, registers }: DossierContext,
  consents: Consents,
  notices: readonly NoticeLine[],
): readonly TransferLine[] {
  const told = noticesByTransfer(notices);
  return ofType(history.counted, 'DataTransferred').map((event) => {
    const { categories, purposes, basis, recipient, country, ground, mode, holder, role } = event.facts;
    const known = registers.recipient(recipient, event.occurred);
    const claim = ground && registers.edition(event.edition)?.borderClaim(ground, country, known?.class);
    return {
      ...mark(event),
      recipient,
      ...(known && { class: known.class }),
      about: known?.about ?? [],
      country,
      mode,
      categories,
      purposes,
      basis: basisLine(basis, event, registers, consents),
      ...(ground && { ground }),
      ...(claim && { claim: { code: claim.code, assertedBy: claim.assertedBy, instrument: claim.instrument } }),
      ...(holder && { holder }),
      ...(role && { role }),
      ...(known?.undertaking && { undertaking: known.undertaking }),
      ...(known?.suspended && { suspended: known.suspended }),
      told: told.get(event.id) ?? [],
    };
  });
}

function noticesByTransfer(notices: readonly NoticeLine[]): ReadonlyMap<string, TransferLine['told']> {
  const told = new Map<string, TransferLine['told'][number][]>();
  for (const { moment, event, channel, transfers } of notices) {
    for (const transfer of new Set(transfers)) {
      const lines = told.get(transfer);
      if (lines) lines.push({ moment, event, channel });
      else told.set(transfer, [{ moment, event, channel }]);
    }
  }
  return told;
}

/** Uses of the same data for the same purposes on the same ground are one line with the first and the last. */
export function useLines({ history, registers }: DossierContext, consents: Consents): readonly UseLine[] {
  const lines = new Map<string, { line: Omit<UseLine, 'last' | 'events'>; last: string; readonly events: string[] }>();
  for (const event of ofType(history.counted, 'DataUsed')) {
    const { categories, purposes, basis, holder, role } = event.facts;
    const key = JSON.stringify([[...categories].sort(), [...purposes].sort(), basis ?? null, holder ?? '', role ?? '']);
    const before = lines.get(key);
    if (before) {
      before.last = event.occurred;
      before.events.push(event.id);
      continue;
    }
    const line = {
      categories,
      purposes,
      ...(holder && { holder }),
      ...(role && { role }),
      basis: basisLine(basis, event, registers, consents),
      first: event.occurred,
    };
    lines.set(key, { line, last: event.occurred, events: [event.id] });
  }
  return [...lines.values()].map(({ line, last, events }) => ({ ...line, last, events }));
}

export function publicationLines(
  { history, registers, parts, told }: DossierContext,
  consents: Consents,
): readonly PublicationLine[] {
  return ofType(history.counted, 'DataPublished').map((event) => {
    const { categories, purposes = [], basis, place, holder } = event.facts;
    const address = parts.meta(event.id, 'meta.place');
    const end = told.endOf(event);
    return {
      ...mark(event),
      categories,
      purposes,
      basis: basisLine(basis, event, registers, consents),
      place,
      ...(address && { address }),
      ...(holder && { holder }),
      ...(end && { ended: { ...mark(end), ...(end.facts.ground && { ground: end.facts.ground }) } }),
    };
  });
}

export const decisionLines = ({ history, registers }: DossierContext, consents: Consents): readonly DecisionLine[] =>
  ofType(history.counted, 'AutomatedDecisionMade').map((event) => ({
    ...mark(event),
    categories: event.facts.categories,
    purposes: event.facts.purposes,
    basis: basisLine(event.facts.basis, event, registers, consents),
    effect: event.facts.effect,
  }));

export const noticeLines = ({ history }: DossierContext): readonly NoticeLine[] =>
  ofType(history.counted, 'SubjectNotified').map((event) => ({
    ...mark(event),
    about: event.facts.about,
    channel: event.facts.channel,
    transfers: event.facts.transfers ?? [],
  }));
