// Which pieces do many facts have in common: basis, origin, the items of a consent, the text that was shown?
import { type Facts } from '@derbes/kernel';
import { type ConsentItemsForm } from '../http/facts/consent.js';
import { type BasisForm, type OriginForm } from '../http/facts/parts.js';
import { type Telling } from './telling.js';

/** What the look-ups gave for the places of a telling. */
export interface Known {
  /** Event id of the reference at this place. */
  event(place: number): string;
  /** Event type of the reference at this place, which may differ from the expected one. */
  eventType(place: number): string;
  /** `organisation-<uuid>` of the organisation at this place. */
  organisation(place: number): string;
}

/** RFC 3339 moment → whole UTC seconds, as the envelope has them. */
export const wholeSeconds = (moment: string): string => `${new Date(moment).toISOString().slice(0, 19)}Z`;

/** Drops what is absent: an envelope has no undefined. Names given in canonical order (RFC 8785) are not sorted again. */
export function present(facts: Record<string, Facts[string]>): Facts {
  const there: Record<string, Facts[string]> = {};
  for (const name of Object.keys(facts)) if (facts[name] !== undefined) there[name] = facts[name];
  return there;
}

export function basis(form: BasisForm | undefined, telling: Telling): (known: Known) => Facts | undefined {
  if (!form) return () => undefined;
  const { code, consent, law, article } = form;
  const place = consent && telling.reference(consent, 'ConsentGiven', '/data/basis/consent');
  return (known) => present({ article, code, consent: place === undefined ? undefined : known.event(place), law });
}

export function origin(form: OriginForm | undefined, telling: Telling): (known: Known) => Facts {
  if (!form) return () => ({ kind: 'unknown' });
  const { kind, means, declaredBasis, acceptance, ground, fetched, recipient } = form;
  telling.seal('meta.source-link', form.url);
  telling.seal('meta.uploader', form.employee, 'employee');
  const place = form.uploader && telling.organisation(form.uploader, '/data/origin/uploader');
  return (known) =>
    present({
      acceptance: acceptance === undefined ? undefined : acceptance ? 'yes' : 'no',
      case: form.case,
      declaredBasis,
      fetched: fetched && wholeSeconds(fetched),
      ground,
      kind,
      link: form.url === undefined ? undefined : 'yes',
      means,
      recipient,
      uploader: place === undefined ? undefined : known.organisation(place),
    });
}

const yesNo = (allowed: boolean): string => (allowed ? 'yes' : 'no');

export function items(form: ConsentItemsForm, telling: Telling): Facts {
  telling.seal('meta.subject-name', form.subjectName);
  const { term, thirdParties, crossBorder, publication, data, other } = form;
  return present({
    data,
    other,
    operator: form.operator && 'yes',
    subjectName: form.subjectName === undefined ? undefined : 'yes',
    term: term && present({ until: term.until && wholeSeconds(term.until), untilEvent: term.untilEvent }),
    thirdParties:
      thirdParties &&
      present({
        allowed: yesNo(thirdParties.allowed),
        classes: thirdParties.classes,
        recipients: thirdParties.recipients,
      }),
    crossBorder: crossBorder && present({ allowed: yesNo(crossBorder.allowed), countries: crossBorder.countries }),
    publication: publication && { allowed: yesNo(publication.allowed) },
  });
}

export const shown = (form: { edition: string; language: string; hash: string } | undefined): Facts | undefined =>
  form && { edition: form.edition, language: form.language, hash: form.hash };
