// Which of the events that one CloudEvent made is named after its type?

/** The event named after the CloudEvent's type: never the registration or link that came along, unless nothing else did. */
export function mainEventOf<E extends { readonly type: string }>(events: readonly E[], type?: string): E | undefined {
  if (type !== undefined) {
    const exact = events.find((event) => event.type === type);
    // A correction may mean collected or declared data; everything else means one type.
    if (exact || type !== 'DataCollected') return exact;
  }
  return events.find((event) => !attendant.has(event.type)) ?? events.at(-1);
}

const attendant = new Set(['SubjectRegistered', 'IdentifierLinked', 'IdentifierUnlinked', 'IdentifierContested']);
