// What does a service's CloudEvent say in the ledger's words? The event it becomes, with its values taken out.
import { type Facts, type JsonValue } from '@derbes/kernel';
import { type FactData, type FactType, isFactType } from '../http/facts/types.js';
import { type ReceivedEvent } from './received.js';
import { Telling } from './telling.js';
import { basis, items, origin, present, shown, wholeSeconds, type Known } from './telling-parts.js';

export interface Told extends Telling {
  readonly kind: FactType;
  /** Type of the event named after the CloudEvent's type. */
  readonly becomes: string;
  readonly occurred: string;
  /** Pairwise reference instead of identifiers. */
  readonly ref?: string;
  readonly facts: (known: Known) => Facts;
}

type Reader<T extends FactType> = (data: FactData<T>, telling: Telling, occurred: string) => (known: Known) => Facts;
type Readers = { readonly [T in FactType]: readonly [becomes: string, read: Reader<T>] };

export function translate(event: ReceivedEvent): Told {
  const { type } = event;
  if (!isFactType(type)) throw new TypeError(`${type} is no type of fact`);
  const occurred = wholeSeconds(event.time);
  const telling = new Telling();
  const [becomes, read] = readers[type] as unknown as readonly [string, Reader<FactType>];
  const data = event.data as unknown as FactData<FactType>;
  const subject = 'subject' in data ? data.subject : undefined;
  telling.identify(subject?.identifiers, '/data/subject/identifiers');
  const facts = read(data, telling, occurred);
  return Object.assign(telling, { kind: type, becomes, occurred, facts, ...(subject?.ref && { ref: subject.ref }) });
}

const collected: Reader<'derbes.data.collected'> = (data, telling) => {
  const itsBasis = basis(data.basis, telling);
  const itsOrigin = origin(data.origin, telling);
  const place = data.for && telling.organisation(data.for, '/data/for');
  telling.sealEach(data.values);
  const { categories, purposes, holder, role = 'private', capacity = 'own', country } = data;
  return (known) =>
    present({
      basis: itsBasis(known),
      capacity,
      categories,
      country,
      documentCopy: data.documentCopy && 'yes',
      for: place === undefined ? undefined : known.organisation(place),
      holder,
      origin: itsOrigin(known),
      purposes,
      role,
    });
};

const plain =
  (pick: (data: Readonly<Record<string, Facts[string]>>) => Record<string, Facts[string]>) =>
  (data: object): (() => Facts) => {
    const facts = present(pick(data as Readonly<Record<string, Facts[string]>>));
    return () => facts;
  };

const blocked = plain(({ categories, holder, ground }) => ({ categories, holder, ground }));

const readers: Readers = {
  'derbes.data.collected': ['DataCollected', collected],
  'derbes.data.declared': [
    'DataDeclared',
    (data, telling, occurred) => {
      const facts = collected(data, telling, occurred);
      const since = { moment: wholeSeconds(data.since.moment), precision: data.since.precision };
      return (known) => ({ ...facts(known), since });
    },
  ],
  'derbes.data.used': [
    'DataUsed',
    ({ categories, purposes, holder, role, basis: form }, telling) => {
      const itsBasis = basis(form, telling);
      return (known) => present({ categories, purposes, holder, role, basis: itsBasis(known) });
    },
  ],
  'derbes.data.transferred': [
    'DataTransferred',
    ({ categories, purposes, recipient, country, ground, mode, holder, role, basis: form }, telling) => {
      const itsBasis = basis(form, telling);
      return (known) =>
        present({ categories, purposes, recipient, country, ground, mode, holder, role, basis: itsBasis(known) });
    },
  ],
  'derbes.data.corrected': [
    'DataCorrected',
    ({ categories, holder, role = 'private', ground, corrects, values }, telling) => {
      telling.sealEach(values);
      const place = corrects && telling.reference(corrects, 'DataCollected', '/data/corrects');
      return (known) =>
        present({
          categories,
          holder,
          role,
          ground,
          corrects: place === undefined ? undefined : known.event(place),
        });
    },
  ],
  'derbes.data.blocked': ['DataBlocked', blocked],
  'derbes.data.unblocked': ['DataUnblocked', blocked],
  'derbes.data.destroyed': [
    'DataDestroyed',
    plain(({ manner, categories, holder, role, ground, method, copiesUntil }) => ({
      manner,
      categories,
      holder,
      role,
      ground,
      method,
      copiesUntil,
    })),
  ],
  'derbes.data.published': [
    'DataPublished',
    ({ categories, purposes, place: where, address, holder, role, basis: form }, telling) => {
      telling.seal('meta.place', address);
      const itsBasis = basis(form, telling);
      return (known) => present({ categories, purposes, place: where, holder, role, basis: itsBasis(known) });
    },
  ],
  'derbes.data.unpublished': [
    'DataUnpublished',
    ({ categories, place: where, ground, publication }, telling) => {
      const place = publication && telling.reference(publication, 'DataPublished', '/data/publication');
      return (known) =>
        present({
          categories,
          place: where,
          ground,
          publication: place === undefined ? undefined : known.event(place),
        });
    },
  ],
  'derbes.consent.given': [
    'ConsentGiven',
    ({ purposes, items: form, shown: text, channel, proof, by = 'subject', representative }, telling) => {
      telling.seal('meta.consent-proof', proof?.value);
      const its = items(form, telling);
      return () =>
        present({ purposes, items: its, shown: shown(text), channel, proof: proof?.kind, by, representative });
    },
  ],
  'derbes.consent.refused': [
    'ConsentRefused',
    ({ purposes, items: form, shown: text, channel, by = 'subject', representative }, telling) => {
      const its = form && items(form, telling);
      return () => present({ purposes, items: its, shown: shown(text), channel, by, representative });
    },
  ],
  'derbes.consent.withdrawn': [
    'ConsentWithdrawn',
    ({ consent, scope, received, channel, representative }, telling, occurred) => {
      const place = telling.reference(consent, 'ConsentGiven', '/data/consent');
      return (known) =>
        present({
          consent: known.event(place),
          received: received === undefined ? occurred : wholeSeconds(received),
          channel,
          representative,
          scope:
            scope &&
            present({
              purposes: scope.purposes,
              categories: scope.categories,
              recipients: scope.recipients,
              thirdParties: scope.thirdParties && 'yes',
              crossBorder: scope.crossBorder && 'yes',
              publication: scope.publication && 'yes',
            }),
        });
    },
  ],
  'derbes.subject.registered': ['SubjectRegistered', plain(() => ({}))],
  'derbes.subject.identified': [
    'IdentifierLinked',
    (data, telling) => {
      telling.identify(data.identifiers, '/data/identifiers');
      return () => ({});
    },
  ],
  'derbes.subject.notified': [
    'SubjectNotified',
    ({ about, channel, transfers, edition }, telling) => {
      const places = transfers?.map((one, i) => telling.reference(one, 'DataTransferred', `/data/transfers/${i}`));
      return (known) => present({ about, channel, transfers: places?.map((place) => known.event(place)), edition });
    },
  ],
  'derbes.subject.status': [
    'SubjectStatusChanged',
    ({ status, turns: { age, on } }) =>
      () => ({ status, turns: { age, on } }),
  ],
  'derbes.relation.started': ['RelationStarted', plain(({ kind }) => ({ kind }))],
  'derbes.relation.ended': [
    'RelationEnded',
    ({ relation, kind }, telling) => {
      const place = telling.reference(relation, 'RelationStarted', '/data/relation');
      return (known) => ({ relation: known.event(place), kind });
    },
  ],
  'derbes.obligation.opened': [
    'ObligationOpened',
    ({ kind, law, article, relation }, telling) => {
      const place = relation && telling.reference(relation, 'RelationStarted', '/data/relation');
      return (known) => present({ kind, law, article, relation: place === undefined ? undefined : known.event(place) });
    },
  ],
  'derbes.obligation.closed': [
    'ObligationClosed',
    ({ obligation }, telling) => {
      const place = telling.reference(obligation, 'ObligationOpened', '/data/obligation');
      return (known) => ({ obligation: known.event(place) });
    },
  ],
  'derbes.purpose.ended': ['PurposeEnded', plain(({ purpose }) => ({ purpose }))],
  'derbes.decision.made': [
    'AutomatedDecisionMade',
    ({ categories, purposes, effect, basis: form }, telling) => {
      const itsBasis = basis(form, telling);
      return (known) => present({ categories, purposes, effect, basis: itsBasis(known) });
    },
  ],
  'derbes.policy.acknowledged': [
    'PolicyAcknowledged',
    ({ shown: text, channel }) =>
      () =>
        present({ shown: shown(text), channel }),
  ],
  'derbes.fact.retracted': [
    'FactRetracted',
    ({ fact, ground }, telling) => {
      const place = telling.reference(fact, 'DataCollected', '/data/fact', true);
      return (known) => ({ fact: known.event(place), type: known.eventType(place), ground });
    },
  ],
};

/** What `check` commits to: the CloudEvent's attributes and data as received. */
export const receivedJson = ({ type, source, id, time, data }: ReceivedEvent): JsonValue => ({
  data: data as JsonValue,
  id,
  source,
  time,
  type,
});
