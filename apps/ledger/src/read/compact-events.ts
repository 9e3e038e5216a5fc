// How do a hundred thousand events of one person fit into little memory? What many of them say alike is kept once.
import { type SubjectEvent } from '@derbes/domain';
import { type Facts } from '@derbes/kernel';

/** Sets of facts kept once; those after them are kept as they come. */
const sharedFactsMax = 20_000;

export class CompactEvents {
  private readonly texts = new Map<string, string>();
  private readonly facts = new Map<string, Facts>();

  /** The same event; its facts, stream, source and edition are those of the first event that has the same. */
  of(event: SubjectEvent): SubjectEvent {
    const { source, edition } = event;
    return {
      ...event,
      facts: this.sharedFacts(event.facts),
      stream: this.shared(event.stream),
      at: this.shared(event.at),
      occurred: this.shared(event.occurred),
      ...(source !== undefined && { source: this.shared(source) }),
      ...(edition !== undefined && { edition: this.shared(edition) }),
    } as SubjectEvent;
  }

  private shared(text: string): string {
    const first = this.texts.get(text);
    if (first !== undefined) return first;
    if (this.texts.size < sharedFactsMax) this.texts.set(text, text);
    return text;
  }

  private sharedFacts(facts: Facts): Facts {
    const text = JSON.stringify(facts);
    const first = this.facts.get(text);
    if (first) return first;
    if (this.facts.size < sharedFactsMax) this.facts.set(text, facts);
    return facts;
  }
}
