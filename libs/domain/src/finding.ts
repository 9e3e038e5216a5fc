// What is a finding, and which article does each code speak of?

export const findingCodes = [
  'UNDECLARED_CATEGORY',
  'UNDECLARED_PURPOSE',
  'UNDECLARED_RECIPIENT',
  'UNDECLARED_HOLDER',
  'OPEN_CATEGORY',
  'NO_BASIS',
  'BASIS_NOT_IN_LAW',
  'CONSENT_MISSING',
  'CONSENT_WITHDRAWN',
  'CONSENT_INCOMPLETE',
  'SHOWN_NOT_IN_FORCE',
  'NO_EDITION_IN_FORCE',
  'EXCESSIVE_FOR_PURPOSE',
  'EXCESSIVE_FOR_RECIPIENT',
  'RECIPIENT_WITHOUT_UNDERTAKING',
  'RECIPIENT_SUSPENDED',
  'CROSS_BORDER_WITHOUT_GROUND',
  'TRANSFER_NOT_NOTIFIED',
  'NOT_LOCALISED',
  'SUBJECT_BLOCKED',
  'LOCKED_DATA_USED',
  'AFTER_ERASURE',
  'AFTER_DEATH',
  'NOT_ANONYMISED',
  'RETENTION_OVERDUE',
  'TERM_NOT_SET',
  'SOURCE_NOT_STATED',
  'SOURCE_LINK_MISSING',
  'IDENTIFIERS_CONFLICT',
  'ID_COPY',
  'AUTOMATED_WITHOUT_GROUND',
  'UNTOLD_HOLDING',
  'HOLDING_GONE',
  'TOLD_LATE',
  'INTAKE_LATE',
  'REQUEST_OVERDUE',
  'ANSWER_NOT_DELIVERED',
  'TASK_REFUSED',
  'NO_RESPONSIBLE_PERSON',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** Codes, event ids, dates and lists of them. */
export type FindingParams = Readonly<Record<string, string | readonly string[]>>;

/** A suspicion that a fact contradicts the edition, a consent or the law; derived, so the same events give it again. */
export interface Finding {
  /** `<event id>:<code>:<category>:<purpose>`, `-` where there is none. */
  readonly id: string;
  readonly event: string;
  readonly code: FindingCode;
  /** Clause of the edition's text, `-` where the text says nothing. */
  readonly clause: string;
  /** `<act>:<article>`, `-` where none speaks of it. */
  readonly article: string;
  readonly category?: string;
  readonly purpose?: string;
  readonly params: FindingParams;
}

export interface About {
  readonly category?: string | undefined;
  readonly purpose?: string | undefined;
}

export const findingId = (event: string, code: FindingCode, { category, purpose }: About = {}): string =>
  [event, code, category ?? '-', purpose ?? '-'].join(':');

// Articles by which the law of each jurisdiction asks for what a code misses; a row of the profile goes before these.
const articles: Readonly<Record<string, Partial<Record<FindingCode, string>>>> = {
  kz: {
    UNDECLARED_CATEGORY: '94-V:25(2)(1)',
    UNDECLARED_PURPOSE: '94-V:14',
    UNDECLARED_RECIPIENT: '94-V:7(6)',
    UNDECLARED_HOLDER: '94-V:12(1)',
    OPEN_CATEGORY: '94-V:25(2)(1)',
    NO_BASIS: '94-V:7(1)',
    BASIS_NOT_IN_LAW: '94-V:9',
    CONSENT_MISSING: '94-V:7(1)',
    CONSENT_WITHDRAWN: '94-V:8(7)',
    CONSENT_INCOMPLETE: '94-V:8(4)',
    SHOWN_NOT_IN_FORCE: '94-V:25(2)(5)',
    NO_EDITION_IN_FORCE: '94-V:25(2)(1-1)',
    EXCESSIVE_FOR_PURPOSE: '94-V:7(9)',
    EXCESSIVE_FOR_RECIPIENT: '94-V:7(9)',
    RECIPIENT_WITHOUT_UNDERTAKING: '94-V:10(1)',
    RECIPIENT_SUSPENDED: '94-V:10(1)',
    CROSS_BORDER_WITHOUT_GROUND: '94-V:16',
    TRANSFER_NOT_NOTIFIED: '94-V:19(1)',
    NOT_LOCALISED: '94-V:12(2)',
    SUBJECT_BLOCKED: '94-V:1(3)',
    LOCKED_DATA_USED: '255-VIII:41',
    AFTER_ERASURE: '94-V:18',
    AFTER_DEATH: '94-V:7(2)',
    NOT_ANONYMISED: '94-V:1(7)',
    RETENTION_OVERDUE: '94-V:12(2)',
    TERM_NOT_SET: '94-V:12(2)',
    SOURCE_NOT_STATED: '94-V:24(1)(1)',
    SOURCE_LINK_MISSING: '94-V:7(5)',
    ID_COPY: '94-V:7(10)',
    AUTOMATED_WITHOUT_GROUND: '94-V:19-1',
    UNTOLD_HOLDING: '94-V:22(1)(5)',
    HOLDING_GONE: '94-V:18',
    TOLD_LATE: '94-V:22(1)(5)',
    INTAKE_LATE: '94-V:25(2)(6)',
    REQUEST_OVERDUE: '94-V:25(2)',
    ANSWER_NOT_DELIVERED: '94-V:25(2)(6)',
    TASK_REFUSED: '94-V:25(2)(8)',
    NO_RESPONSIBLE_PERSON: '94-V:25(2)(10)',
  },
  gdpr: {
    UNDECLARED_CATEGORY: 'GDPR:30(1)',
    UNDECLARED_PURPOSE: 'GDPR:5(1)(b)',
    UNDECLARED_RECIPIENT: 'GDPR:13(1)(e)',
    UNDECLARED_HOLDER: 'GDPR:30(1)',
    OPEN_CATEGORY: 'GDPR:30(1)',
    NO_BASIS: 'GDPR:6(1)',
    BASIS_NOT_IN_LAW: 'GDPR:6(1)',
    CONSENT_MISSING: 'GDPR:6(1)(a)',
    CONSENT_WITHDRAWN: 'GDPR:7(3)',
    CONSENT_INCOMPLETE: 'GDPR:4(11)',
    SHOWN_NOT_IN_FORCE: 'GDPR:7(1)',
    NO_EDITION_IN_FORCE: 'GDPR:13',
    EXCESSIVE_FOR_PURPOSE: 'GDPR:5(1)(c)',
    EXCESSIVE_FOR_RECIPIENT: 'GDPR:5(1)(c)',
    RECIPIENT_WITHOUT_UNDERTAKING: 'GDPR:28(3)',
    RECIPIENT_SUSPENDED: 'GDPR:28(1)',
    CROSS_BORDER_WITHOUT_GROUND: 'GDPR:44',
    SUBJECT_BLOCKED: 'GDPR:18',
    LOCKED_DATA_USED: 'GDPR:18(2)',
    AFTER_ERASURE: 'GDPR:17(1)',
    NOT_ANONYMISED: 'GDPR:4(5)',
    RETENTION_OVERDUE: 'GDPR:5(1)(e)',
    TERM_NOT_SET: 'GDPR:5(1)(e)',
    SOURCE_NOT_STATED: 'GDPR:14(2)(f)',
    SOURCE_LINK_MISSING: 'GDPR:14(2)(f)',
    IDENTIFIERS_CONFLICT: 'GDPR:5(1)(d)',
    AUTOMATED_WITHOUT_GROUND: 'GDPR:22',
    UNTOLD_HOLDING: 'GDPR:30(1)',
    HOLDING_GONE: 'GDPR:17',
    TOLD_LATE: 'GDPR:5(2)',
    INTAKE_LATE: 'GDPR:12(3)',
    REQUEST_OVERDUE: 'GDPR:12(3)',
    ANSWER_NOT_DELIVERED: 'GDPR:12(3)',
    TASK_REFUSED: 'GDPR:19',
    NO_RESPONSIBLE_PERSON: 'GDPR:37',
  },
};

export const articleOf = (profile: string, code: FindingCode): string => articles[profile]?.[code] ?? '-';

/** Collects the findings of one event; the first of the same id stands. */
export class Findings {
  private readonly byId = new Map<string, Finding>();

  constructor(
    readonly event: string,
    private readonly profile: string,
  ) {}

  add(code: FindingCode, clause: string, about: About = {}, params: FindingParams = {}, article?: string): void {
    const id = findingId(this.event, code, about);
    if (this.byId.has(id)) return;
    this.byId.set(id, {
      id,
      event: this.event,
      code,
      clause,
      article: article ?? articleOf(this.profile, code),
      ...(about.category === undefined ? {} : { category: about.category }),
      ...(about.purpose === undefined ? {} : { purpose: about.purpose }),
      params,
    });
  }

  get all(): Finding[] {
    return [...this.byId.values()];
  }
}
