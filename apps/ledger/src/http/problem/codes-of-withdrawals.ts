// Which problems can whoever decides a withdrawal, or assesses findings, meet?
import { kind } from './kind.js';

export const withdrawalProblems = {
  CONSENT_UNKNOWN: kind(
    404,
    'No such consent',
    'The person gave no consent that stands on this event.',
    'The dossier names the consents of the person with the ids of their events.',
  ),
  NOTHING_TO_WITHDRAW: kind(
    409,
    'No consent stands',
    'The person gave no consent by then, or withdrew every one of them.',
    'Nothing; what goes on stands on another ground, which the dossier names.',
  ),
  ALREADY_WITHDRAWN: kind(
    409,
    'This was withdrawn before',
    'The whole consent, or exactly this part of it, was withdrawn before.',
    'Decide the withdrawal that stands, where it is open: `derbes register withdrawals --filter status=open`.',
  ),
  WITHDRAWAL_UNKNOWN: kind(
    404,
    'No such withdrawal',
    'Nobody told of a withdrawal of this person under this id.',
    'The register of withdrawals names those that are open.',
  ),
  WITHDRAWAL_DECIDED: kind(
    409,
    'This withdrawal was decided',
    'A withdrawal is decided once; what was refused is decided again by itself when its condition ends.',
    'Nothing; the dossier says what stopped and what goes on until when.',
  ),
  WITHDRAWAL_MALFORMED: kind(
    400,
    'A withdrawal told before says all of it itself',
    'With `withdrawal` came a consent, a scope or a moment of receipt.',
    'Name the withdrawal alone, or leave it out and name the rest.',
  ),
  RECEIVED_IN_FUTURE: kind(
    400,
    'It has not been received yet',
    '`received` lies in the future.',
    'Say when the notice reached anybody of the controller’s.',
  ),
  RECEIVED_BEFORE_CONSENT: kind(
    409,
    'The consent was given after that',
    'The notice was received before the consent that it is said to withdraw.',
    'Name the consent that stood then, or correct the moment.',
  ),
  ASSESSMENT_MALFORMED: kind(
    400,
    'Findings or a class of them, not both',
    'An assessment names single findings, or one class.',
    'Name one of the two.',
  ),
  FINDING_UNKNOWN: kind(
    404,
    'No such finding stands',
    'No finding of this id stands: its fact was retracted, it is judged differently by now, or it never was.',
    'Read the register of findings again.',
  ),
  CLASS_EMPTY: kind(
    409,
    'No finding of this class stands',
    'The register has no finding of this code, clause, source, basis and month.',
    'The register of finding classes names those there are.',
  ),
  NOT_RESPONSIBLE: kind(
    409,
    'Somebody else is responsible now',
    'Findings are assessed by the person appointed now; this one was appointed before, or is not yet.',
    'Name the person who is responsible now.',
  ),
  MEASURE_MISSING: kind(
    400,
    'What was done about it?',
    'A finding is remedied by something.',
    'Name the measure by a code, such as `consent-asked`.',
  ),
} as const;
