// How do many sendings that end at the same time share one command? What ends while one is written makes the next; nothing waits for company.
import { StoreOverloaded, StoreUnavailable } from '@derbes/event-store';
import { Refused } from '@derbes/kernel';
import { type Asked } from '../keys/asked.js';
import { type PlainWord, type Said, type TaskWords } from './task-words.js';

/** Events of one command: a race about one of them has all of them decided anew. */
const togetherMax = 50;

interface Waiting {
  readonly word: PlainWord;
  readonly actor: string;
  readonly resolve: (said: Said) => void;
  readonly reject: (error: unknown) => void;
}

export class GatheredWords {
  /** At most as many as are sent at the same time. */
  private waiting: Waiting[] = [];
  private isRunning = false;

  constructor(
    private readonly words: TaskWords,
    /** Where the events of one command do not land at once, each has a command of its own: see decision 0093. */
    private readonly landTogether: boolean,
    private readonly asked: () => Asked,
  ) {}

  /** As `TaskWords.say`. */
  say(word: PlainWord, actor: string): Promise<Said> {
    if (!this.landTogether) return this.sayAlone(word, actor);
    return new Promise((resolve, reject) => {
      this.waiting.push({ word, actor, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private sayAlone({ place, command, content }: PlainWord, actor: string): Promise<Said> {
    return this.words.say(place, { command }, this.asked(), content, actor);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) {
      // Whoever has ended in this turn of the event loop joins.
      await new Promise((resolve) => setImmediate(resolve));
      await this.record(this.take());
    }
    this.isRunning = false;
  }

  /** The first ones of one actor, each task once: a second word on it is decided on the first. */
  private take(): Waiting[] {
    const taken = new Map<string, Waiting>();
    const left: Waiting[] = [];
    const actor = this.waiting[0]?.actor;
    for (const one of this.waiting) {
      const { task } = one.word.place;
      if (one.actor === actor && taken.size < togetherMax && !taken.has(task)) taken.set(task, one);
      else left.push(one);
    }
    this.waiting = left;
    return [...taken.values()];
  }

  /** Never rejects. */
  private async record(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    try {
      const said = await this.words.sayTogether(
        batch.map(({ word }) => word),
        this.asked(),
        first.actor,
      );
      batch.forEach(({ resolve, reject }, i) => {
        const one = said[i];
        if (one && !(one instanceof Refused)) resolve(one);
        else reject(one);
      });
    } catch (error) {
      // Whether that was recorded shows when it is sent again: each word is decided on what stands.
      if (error instanceof StoreUnavailable || error instanceof StoreOverloaded) {
        for (const { reject } of batch) reject(error);
        return;
      }
      await Promise.all(
        batch.map(({ word, actor, resolve, reject }) => this.sayAlone(word, actor).then(resolve, reject)),
      );
    }
  }
}
