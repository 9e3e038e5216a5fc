// Of those who came of age: who is still to be asked for the consents that others gave for them, and what did they say?
import { renewalsDue } from '../person/renewal.js';
import { type SubjectState } from '../subject-state.js';
import { aboutConsent, type Said } from './sides.js';
import { ofAgeCampaign, type Renewal, type RenewalState } from './row.js';

/** One row for each consent that fell due for renewal with a change of status. */
export function renewalsOfAge(state: SubjectState, said: readonly Said[]): readonly Renewal[] {
  const standing = new Set(renewalsDue(state).map(({ consent }) => consent));
  const rows = new Map<string, Renewal>();
  for (const { event, since, renew } of state.person.statuses) {
    for (const id of renew) {
      const consent = state.consents.given.get(id);
      if (!consent || rows.has(id)) continue;
      const after = said.filter(({ occurred }) => occurred >= since);
      const given = after.findLast(
        (one) =>
          one.type === 'ConsentGiven' && one.facts.by === 'subject' && meet(one.facts.purposes, consent.purposes),
      );
      const asked = after.find((one) => one.type === 'SubjectNotified' && one.facts.about === aboutConsent);
      const refused = after.findLast(
        (one) =>
          one.type === 'ConsentRefused' && one.facts.by === 'subject' && meet(one.facts.purposes, consent.purposes),
      );
      const open = standing.has(id);
      const is: RenewalState = open ? (refused ? 'refused' : asked ? 'asked' : 'to-ask') : given ? 'renewed' : 'lapsed';
      const ended = open ? refused : given;
      const last = [ended, asked].find((one) => one?.facts.channel !== undefined);
      rows.set(id, {
        campaign: ofAgeCampaign,
        about: id,
        since,
        what: 'of-age',
        item: consent.purposes[0] ?? '-',
        clause: '-',
        state: is,
        consent: id,
        ...(asked && { asked: asked.occurred }),
        ...(ended && { ended: ended.occurred }),
        ...(last?.facts.channel !== undefined && { channel: last.facts.channel }),
        events: [...new Set([event, id, ...[asked, ended].flatMap((one) => (one ? [one.id] : []))])],
      });
    }
  }
  return [...rows.values()];
}

const meet = (a: readonly string[], b: readonly string[]): boolean => a.some((code) => b.includes(code));
