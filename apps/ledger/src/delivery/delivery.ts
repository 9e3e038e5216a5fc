// Of which parts is the telling of tasks made, in a process that answers and in the one that sends?
import { type Ledger } from '../ledger.js';
import { MentionedEvents } from '../read/mentioned-events.js';
import { type Settings } from '../settings.js';
import { Networks } from './addresses.js';
import { DestinationGuard } from './destination-guard.js';
import { Destinations } from './destinations.js';
import { Letters } from './letters.js';
import { Outbox } from './outbox.js';
import { Sender, type SenderParts } from './sender.js';
import { StoredTasks } from './stored-tasks.js';
import { TaskWords } from './task-words.js';
import { defaultCallLimits, WebhookCalls, type CallLimits } from './webhook-call.js';

export class Delivery {
  readonly outbox: Outbox;
  readonly destinations: Destinations;
  readonly letters: Letters;
  readonly guard: DestinationGuard;
  readonly words: TaskWords;
  readonly stored: StoredTasks;
  readonly clock: () => Date;

  constructor(
    {
      app,
      store,
      vault,
      registers,
      writers,
      clock,
    }: Pick<Ledger, 'app' | 'store' | 'vault' | 'registers' | 'writers' | 'clock'>,
    { publicUrl, webhookNetworks }: Pick<Settings, 'publicUrl' | 'webhookNetworks'>,
  ) {
    this.clock = clock;
    this.outbox = new Outbox(app);
    this.destinations = new Destinations(registers, vault, clock);
    this.stored = new StoredTasks(store, new MentionedEvents(app, store));
    this.letters = new Letters({ stored: this.stored, vault, ...(publicUrl !== undefined && { publicUrl }) });
    this.guard = new DestinationGuard({ networks: new Networks(webhookNetworks) });
    this.words = new TaskWords(this.stored, writers.commands);
  }

  /** Not yet started. */
  sender(
    parts: Pick<SenderParts, 'isActive' | 'onTrouble' | 'lookMs'>,
    limits: CallLimits = defaultCallLimits,
  ): Sender {
    const { outbox, destinations, letters, guard, words, stored, clock } = this;
    return new Sender({
      outbox,
      destinations,
      letters,
      guard,
      words,
      landTogether: stored.landTogether,
      clock,
      calls: new WebhookCalls(limits),
      ...parts,
    });
  }
}
