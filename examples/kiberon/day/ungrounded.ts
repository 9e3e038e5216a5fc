// Who is dealt with on no ground, on a poor one, or late? Aliya read the policy and agreed to nothing, Marat agreed to too little.
import { serviceItems, servicePurposes } from './agreements.js';
import { automatically, throughForm, withConsent, type Flows } from './flows.js';
import { by, fictionalIp, people } from './people.js';
import { type Registrations } from './users.js';

const { aliya, gulnara, marat, nurlan, sergey } = people;

/** CONSENT_MISSING: to acknowledge a policy is no consent, and a contract needs one (Art. 8(4), 9). */
function onlyAcknowledged({ site, crm, billing, texts }: Flows): void {
  const account = by(aliya, 'account');
  site('13:50', 'subject.registered', by(aliya, 'account', 'email'), {});
  site('13:51', 'policy.acknowledged', account, { shown: texts.policy, channel: 'web-form' });
  site('13:52', 'relation.started', account, { kind: 'account' });
  crm('13:53', 'data.collected', account, {
    categories: ['full-name', 'email', 'company'],
    purposes: ['account'],
    basis: { code: 'contract' },
    holder: 'crm',
    origin: throughForm,
    values: { 'full-name': aliya.name, email: aliya.email, company: aliya.company },
  });
  const contract = billing('14:00', 'relation.started', account, { kind: 'contract' });
  billing('14:01', 'data.collected', account, {
    categories: ['requisites.iban'],
    purposes: ['contract'],
    basis: { code: 'contract' },
    holder: 'billing',
    origin: throughForm,
    values: { 'requisites.iban': aliya.iban },
  });
  billing('19:30', 'relation.ended', account, { relation: contract, kind: 'contract' });
  billing('19:35', 'data.destroyed', account, {
    manner: 'destroyed',
    categories: ['requisites.iban'],
    holder: 'billing',
    ground: 'relation-ended',
    method: 'key-destruction',
  });
}

/** CONSENT_INCOMPLETE and SHOWN_NOT_IN_FORCE: an old form by telephone, without term, border and publication. */
function anOldForm({ site, crm, texts }: Flows): void {
  const whole = by(marat, 'account', 'email', 'phone');
  const unsaid = new Set(['term', 'crossBorder', 'publication']);
  const said = Object.fromEntries(Object.entries(serviceItems(marat)).filter(([item]) => !unsaid.has(item)));
  const consent = site('16:00', 'consent.given', whole, {
    purposes: servicePurposes,
    items: said,
    shown: texts.outdated,
    channel: 'phone',
  });
  site('16:01', 'relation.started', by(marat, 'account'), { kind: 'account' });
  crm('16:02', 'data.collected', by(marat, 'account'), {
    categories: ['full-name', 'phone', 'email', 'company', 'position'],
    purposes: ['account'],
    basis: withConsent(consent),
    holder: 'crm',
    origin: { kind: 'subject', means: 'phone' },
    values: {
      'full-name': marat.name,
      phone: marat.phone,
      email: marat.email,
      company: marat.company,
      position: marat.position,
    },
  });
}

/** NO_BASIS; BASIS_NOT_IN_LAW for an interest that Art. 9 does not know, and for a duty of which no article is named. */
function noGround({ site, logs, billing }: Flows): void {
  site('17:15', 'data.collected', by(nurlan, 'account'), {
    categories: ['form-data.settings'],
    purposes: ['account'],
    holder: 'crm',
    origin: throughForm,
    values: { 'form-data.settings': { theme: 'dark', digest: 'weekly' } },
  });
  logs('17:25', 'data.used', by(sergey, 'account'), {
    categories: ['technical-logs'],
    purposes: ['fraud-prevention'],
    basis: { code: 'legitimate-interest' },
    holder: 'log-store',
  });
  billing('19:50', 'data.used', by(gulnara, 'account'), {
    categories: ['requisites'],
    purposes: ['legal-compliance'],
    basis: { code: 'legal-obligation' },
    holder: 'billing',
  });
}

/** TOLD_LATE: the log store was cut off for two days and tells today what a device did then. */
function toldLate({ logs, site }: Flows): void {
  const device = by(gulnara, 'cookie');
  const visit = {
    categories: ['ip', 'visit-time'],
    purposes: ['fraud-prevention'],
    basis: { code: 'consent' },
    holder: 'log-store',
    origin: automatically,
    values: { ip: fictionalIp(99) },
  };
  logs('2d 14:05', 'data.collected', device, visit, '10:40');
  site('14:13', 'subject.identified', by(gulnara, 'account'), {
    identifiers: [{ scheme: 'cookie', value: gulnara.cookie }],
  });
}

/** A machine decides again: nothing of Sergey's rights changes by it, so his consent to the use is enough. */
function decidedHarmlessly({ antifraud }: Flows, { sergey: { consent } }: Registrations): void {
  antifraud('15:20', 'decision.made', by(sergey, 'account'), {
    categories: ['ip', 'technical-logs'],
    purposes: ['fraud-prevention'],
    basis: withConsent(consent),
    effect: 'none',
  });
}

export function ungroundedDay(flows: Flows, registrations: Registrations): void {
  onlyAcknowledged(flows);
  anOldForm(flows);
  noGround(flows);
  toldLate(flows);
  decidedHarmlessly(flows, registrations);
}
