// What did a service send? A CloudEvent whose form is already checked; what it means is decided further in.

export interface ReceivedEvent {
  readonly id: string;
  readonly source: string;
  /** CloudEvents type, such as "derbes.data.collected". */
  readonly type: string;
  /** CloudEvents time as received, RFC 3339. */
  readonly time: string;
  /** Checked against the type's published schema. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who asks: the key, its role, for emitters the source it is bound to, for holders and recipients their code. */
export interface Principal {
  readonly key: string;
  readonly role: Role;
  readonly source?: string;
  readonly code?: string;
}

export type Role = 'admin' | 'officer' | 'auditor' | 'emitter' | 'holder' | 'recipient' | 'restricted-officer';
