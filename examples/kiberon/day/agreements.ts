// What is a person asked to agree to on the Kiberon site, and which text is put before them?
import { createHash } from 'node:crypto';
import { type Person } from './people.js';

/** The text shown, as the ledger knows an edition. */
export interface Shown {
  readonly edition: string;
  readonly language: 'ru';
  readonly hash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The form beside the policy; invented, so its text is only what is hashed here. */
const consentForm = 'Согласие на сбор и обработку персональных данных. Вымышленный сервис, вымышленные люди.';

export class Texts {
  constructor(
    private readonly edition: string,
    private readonly policyText: string,
  ) {}

  get policy(): Shown {
    return { edition: this.edition, language: 'ru', hash: sha256(this.policyText) };
  }

  get consent(): Shown {
    return { edition: this.edition, language: 'ru', hash: sha256(consentForm) };
  }

  /** A text that was taken down long ago and never came to the ledger. */
  get outdated(): Shown {
    return { edition: sha256('an edition before the ledger'), language: 'ru', hash: sha256('an old form') };
  }
}

/** All that the service needs; analytics and publication are asked for apart. */
export const servicePurposes = [
  'service-access',
  'account',
  'contract',
  'payment',
  'support',
  'service-notices',
  'fraud-prevention',
] as const;

/** The eight items of Art. 8(4) as the registration form has them. */
export const serviceItems = ({ name }: Person, beyond: object = {}): object => ({
  operator: true,
  subjectName: name,
  term: { untilEvent: 'purpose-reached' },
  thirdParties: {
    allowed: true,
    classes: [
      'payment-and-banks',
      'hosting-cloud',
      'crm-helpdesk',
      'messaging',
      'maintenance-contractors',
      'analytics-security',
    ],
  },
  crossBorder: { allowed: true, countries: ['DE'] },
  publication: { allowed: false },
  data: ['provided', 'automatic', 'payment-and-contract'],
  other: ['withdrawal-by-email'],
  ...beyond,
});

/** Cookies ask nobody's name, so item 2 is missing: a consent that does not stand on its own. */
export const cookieItems: object = {
  operator: true,
  term: { untilEvent: 'purpose-reached' },
  thirdParties: { allowed: true, classes: ['analytics-security'] },
  crossBorder: { allowed: false },
  publication: { allowed: false },
  data: ['cookie', 'device-type', 'browser-os', 'session', 'visit-time', 'pages-actions'],
};
