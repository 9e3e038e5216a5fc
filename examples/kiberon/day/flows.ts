// What do people do on an ordinary day of the service, and which facts does each system tell of it?
import { cookieItems, serviceItems, servicePurposes, type Texts } from './agreements.js';
import { by, fictionalIp, named, type Person } from './people.js';
import { later, type Day, type Reference, type Teller, type When } from './telling.js';

export const withConsent = (consent: Reference): object => ({ code: 'consent', consent });
/** A contract stands in Kazakhstan only with a consent; it then limits the withdrawal (Art. 8(2)). */
export const withContract = (consent: Reference): object => ({ code: 'contract', consent });
export const automatically = { kind: 'automatic', means: 'server-log' };
export const throughForm = { kind: 'subject', means: 'web-form' };

/** The facts that later ones lean on. */
export interface Registration {
  readonly consent: Reference;
  readonly account: Reference;
}

export class Flows {
  readonly site: Teller;
  readonly crm: Teller;
  readonly billing: Teller;
  readonly helpdesk: Teller;
  readonly logs: Teller;
  readonly check: Teller;
  readonly antifraud: Teller;
  readonly notices: Teller;

  constructor(
    day: Day,
    readonly texts: Texts,
  ) {
    this.site = day.source('site');
    this.crm = day.source('crm');
    this.billing = day.source('billing');
    this.helpdesk = day.source('helpdesk');
    this.logs = day.source('log-store');
    this.check = day.source('check');
    this.antifraud = day.source('antifraud');
    this.notices = day.source('notices');
  }

  /** Somebody looks at the site; the banner is answered, or closed without an answer. */
  visit(at: When, cookie: string, n: number, answer: 'agrees' | 'refuses' | 'closes'): void {
    const visitor = named('cookie', cookie);
    const session = this.site(at, 'relation.started', visitor, { kind: 'session' });
    const asked = { purposes: ['analytics'], shown: this.texts.consent, channel: 'site' };
    if (answer === 'agrees') {
      const proof = { kind: 'click-trace', value: `banner, ${cookie}` };
      const consent = this.site(later(at, 0.5), 'consent.given', visitor, { ...asked, items: cookieItems, proof });
      this.logs(later(at, 1), 'data.collected', visitor, {
        categories: ['cookie', 'device-type', 'browser-os', 'pages-actions'],
        purposes: ['analytics'],
        basis: withConsent(consent),
        holder: 'log-store',
        origin: automatically,
        values: { 'pages-actions': '/tariffs, /about', 'browser-os': 'Example Browser 1.0, Example OS' },
      });
    } else {
      if (answer === 'refuses') this.site(later(at, 0.5), 'consent.refused', visitor, asked);
      // The log store writes either way: without a consent for it, that is a finding.
      this.logs(later(at, 1), 'data.collected', visitor, {
        categories: ['ip', 'visit-time'],
        purposes: ['fraud-prevention'],
        basis: { code: 'consent' },
        holder: 'log-store',
        origin: automatically,
        values: { ip: fictionalIp(n) },
      });
    }
    this.site(later(at, 6), 'relation.ended', visitor, { relation: session, kind: 'session' });
  }

  /** Registration: consent with its eight items, acknowledgement, account, the form's data. */
  register(at: When, person: Person, beyond: object = {}): Registration {
    const whole = by(person, 'account', 'email', 'phone');
    const consent = this.site(at, 'consent.given', whole, {
      purposes: servicePurposes,
      items: serviceItems(person, beyond),
      shown: this.texts.consent,
      channel: 'web-form',
      proof: { kind: 'otp', value: `SMS, последние цифры ${person.phone.slice(-2)}` },
    });
    const subject = by(person, 'account');
    this.site(later(at, 0.2), 'policy.acknowledged', subject, { shown: this.texts.policy, channel: 'web-form' });
    const account = this.site(later(at, 0.3), 'relation.started', subject, { kind: 'account' });
    this.crm(later(at, 0.5), 'data.collected', subject, {
      categories: ['full-name', 'phone', 'email', 'company', 'position', 'form-data.account-id'],
      purposes: ['account', 'service-access'],
      basis: withConsent(consent),
      holder: 'crm',
      origin: throughForm,
      values: {
        'full-name': person.name,
        phone: person.phone,
        email: person.email,
        company: person.company,
        position: person.position,
        'form-data.account-id': person.account,
      },
    });
    return { consent, account };
  }

  /** A signed-in session: what the servers write down of it, and its end. */
  session(at: When, person: Person, consent: Reference, minutes: number, n: number): void {
    const account = by(person, 'account');
    const session = this.site(at, 'relation.started', account, { kind: 'session' });
    this.logs(later(at, 0.1), 'data.collected', account, {
      categories: ['ip', 'session', 'visit-time', 'technical-logs'],
      purposes: ['account', 'fraud-prevention'],
      basis: withConsent(consent),
      holder: 'log-store',
      origin: automatically,
      values: { ip: fictionalIp(n), session: 'example-session' },
    });
    this.site(later(at, minutes), 'relation.ended', account, { relation: session, kind: 'session' });
  }

  /** Somebody checks a counterparty: what the service remembers of its use. */
  useService(at: When, person: Person, consent: Reference, action: string): void {
    this.check(at, 'data.collected', by(person, 'account'), {
      categories: ['usage-history'],
      purposes: ['service-access'],
      basis: withConsent(consent),
      holder: 'check-base',
      origin: automatically,
      values: { 'usage-history': action },
    });
  }

  /** Contract, subscription, particulars, an invoice and its payment through the bank. */
  buyPlan(at: When, person: Person, consent: Reference, plan: string): void {
    const account = by(person, 'account');
    const contract = this.billing(at, 'relation.started', account, { kind: 'contract' });
    this.billing(later(at, 0.1), 'relation.started', account, { kind: 'subscription' });
    const basis = withContract(consent);
    const taken = { basis, holder: 'billing', origin: throughForm };
    this.billing(later(at, 0.5), 'data.collected', account, {
      ...taken,
      categories: ['full-name', 'requisites.iban', 'requisites.bank', 'requisites.postal-address', 'plan'],
      purposes: ['contract', 'payment'],
      values: {
        'full-name': person.name,
        'requisites.iban': person.iban,
        'requisites.bank': 'АО «Пример Банк»',
        'requisites.postal-address': person.address,
        plan,
      },
    });
    const owed = this.billing(later(at, 1), 'obligation.opened', account, { kind: 'invoice', relation: contract });
    const paid = this.billing(later(at, 4), 'data.transferred', account, {
      categories: ['full-name', 'requisites.iban', 'plan'],
      purposes: ['payment'],
      basis,
      recipient: 'primer-bank',
      country: 'KZ',
      mode: 'sent',
      holder: 'billing',
    });
    this.billing(later(at, 9), 'data.collected', account, {
      basis,
      holder: 'billing',
      origin: { kind: 'third-party', recipient: 'primer-bank', means: 'payment' },
      categories: ['payment-status', 'subscription-history'],
      purposes: ['payment', 'contract'],
      values: { 'payment-status': 'оплачено', 'subscription-history': `${plan}: с сегодняшнего дня` },
    });
    this.billing(later(at, 9.2), 'obligation.closed', account, { obligation: owed });
    this.notices(later(at, 12), 'subject.notified', account, {
      about: 'transfer',
      channel: 'email',
      transfers: [paid],
    });
  }

  /** A letter by the mail service abroad, which the registration form names in item 5. */
  mail(at: When, person: Person, consent: Reference): void {
    this.notices(at, 'data.transferred', by(person, 'account'), {
      categories: ['full-name', 'email'],
      purposes: ['service-notices'],
      basis: withConsent(consent),
      recipient: 'primer-mail',
      country: 'DE',
      ground: 'kz.16.3.1',
      mode: 'sent',
      holder: 'crm',
    });
  }

  /** A support ticket from question to answer. Returns what was taken down. */
  ticket(at: When, person: Person, consent: Reference, topic: string, message: string): Reference {
    // The help desk knows people by their mailbox.
    const sender = by(person, 'email');
    const ticket = this.helpdesk(at, 'relation.started', sender, { kind: 'ticket' });
    const taken = this.helpdesk(later(at, 0.2), 'data.collected', sender, {
      categories: ['enquiries.topic', 'enquiries.message'],
      purposes: ['support'],
      basis: withConsent(consent),
      holder: 'helpdesk',
      origin: { kind: 'subject', means: 'email' },
      values: { 'enquiries.topic': topic, 'enquiries.message': message },
    });
    this.helpdesk(later(at, 18), 'data.used', sender, {
      categories: ['enquiries.topic', 'enquiries.message'],
      purposes: ['support'],
      basis: withConsent(consent),
      holder: 'helpdesk',
    });
    this.helpdesk(later(at, 25), 'relation.ended', sender, { relation: ticket, kind: 'ticket' });
    return taken;
  }

  /** The account is closed: the relation ends, and the CRM deletes what it held for it. */
  closeAccount(at: When, person: Person, account: Reference, copiesUntil: string): void {
    const whom = by(person, 'account');
    this.site(at, 'relation.ended', whom, { relation: account, kind: 'account' });
    this.crm(later(at, 5), 'data.destroyed', whom, {
      manner: 'deleted',
      categories: ['full-name', 'phone', 'email', 'company', 'position', 'form-data.account-id'],
      holder: 'crm',
      ground: 'purpose-reached',
      method: 'row-deletion',
      copiesUntil,
    });
  }
}
