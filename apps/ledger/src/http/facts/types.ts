// Which facts may be sent, and what form does the data of each have?
import { ConsentGivenForm, ConsentRefusedForm, ConsentWithdrawnForm, PolicyAcknowledgedForm } from './consent.js';
import {
  DataBlockedForm,
  DataCollectedForm,
  DataCorrectedForm,
  DataDeclaredForm,
  DataDestroyedForm,
  DataPublishedForm,
  DataTransferredForm,
  DataUnblockedForm,
  DataUnpublishedForm,
  DataUsedForm,
  DecisionMadeForm,
} from './data.js';
import {
  FactRetractedForm,
  ObligationClosedForm,
  ObligationOpenedForm,
  PurposeEndedForm,
  RelationEndedForm,
  RelationStartedForm,
  SubjectIdentifiedForm,
  SubjectNotifiedForm,
  SubjectRegisteredForm,
  SubjectStatusForm,
} from './relation.js';

/** CloudEvents type → the form of its data. The names are public for ever. */
export const factForms = {
  'derbes.data.collected': DataCollectedForm,
  'derbes.data.declared': DataDeclaredForm,
  'derbes.data.used': DataUsedForm,
  'derbes.data.transferred': DataTransferredForm,
  'derbes.data.corrected': DataCorrectedForm,
  'derbes.data.blocked': DataBlockedForm,
  'derbes.data.unblocked': DataUnblockedForm,
  'derbes.data.destroyed': DataDestroyedForm,
  'derbes.data.published': DataPublishedForm,
  'derbes.data.unpublished': DataUnpublishedForm,
  'derbes.consent.given': ConsentGivenForm,
  'derbes.consent.refused': ConsentRefusedForm,
  'derbes.consent.withdrawn': ConsentWithdrawnForm,
  'derbes.subject.registered': SubjectRegisteredForm,
  'derbes.subject.identified': SubjectIdentifiedForm,
  'derbes.subject.notified': SubjectNotifiedForm,
  'derbes.subject.status': SubjectStatusForm,
  'derbes.relation.started': RelationStartedForm,
  'derbes.relation.ended': RelationEndedForm,
  'derbes.obligation.opened': ObligationOpenedForm,
  'derbes.obligation.closed': ObligationClosedForm,
  'derbes.purpose.ended': PurposeEndedForm,
  'derbes.decision.made': DecisionMadeForm,
  'derbes.policy.acknowledged': PolicyAcknowledgedForm,
  'derbes.fact.retracted': FactRetractedForm,
} as const;

export type FactType = keyof typeof factForms;

/** The data of a fact by its type, as it was checked: `FactData<'derbes.data.collected'>`. */
export type FactData<T extends FactType> = InstanceType<(typeof factForms)[T]>;

export const factTypes = Object.keys(factForms) as FactType[];

const known: ReadonlySet<string> = new Set(factTypes);
export const isFactType = (type: string): type is FactType => known.has(type);
