// May this checkpoint be cosigned? C2SP tlog-witness v1.0, `add-checkpoint`: the checks in the order in which it lists them.
import {
  type AddCheckpoint,
  type Checkpoint,
  cosigner,
  formatSignatureLine,
  Malformed,
  type NoteVerifier,
  type OpenedNote,
  openNote,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  sameTree,
  signatureLine,
  verifyConsistency,
} from '@derbes/transparency';
import { hash } from 'node:crypto';
import { type Evidence } from './evidence.js';
import { type OwnKey } from './own-key.js';
import { type Held, type StateFile } from './state-file.js';
import { type TrustedLogs } from './trusted-logs.js';

/**
 * How far a clock may be set back before no more is cosigned. A cosignature says "as of this time, the largest tree I know": with an
 * earlier time than the last one it would be a lie.
 */
const clockBackSecondsMax = 60;

/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** text/plain when absent. */
  readonly type?: string;
}

/** What is told of every checkpoint that a known log signed; nothing is told of what strangers send. */
export interface Happening {
  readonly what: 'cosigned' | 'conflict' | 'refused' | 'fork' | 'clock-behind';
  readonly origin: string;
  /** Entries that the log says it has. */
  readonly size: number;
  /** Entries that were cosigned last. */
  readonly held: number;
}

export interface WitnessParts {
  readonly key: OwnKey;
  readonly state: StateFile;
  readonly logs: TrustedLogs;
  readonly evidence: Evidence;
  readonly clock: () => Date;
  readonly told: (happening: Happening) => void;
  /** Called when the state is on disk and nothing is answered yet; killing there is how crashes are tried. */
  readonly persisted?: () => void;
}

/** A checkpoint that a trusted key of its log signed. */
interface Submitted extends Checkpoint {
  readonly opened: OpenedNote<NoteVerifier>;
  readonly note: string;
}

const say = (status: number, body: string): Reply => ({ status, body: `${body}\n` });

export class Witness {
  constructor(private readonly parts: WitnessParts) {}

  get vkey(): string {
    return this.parts.key.vkey;
  }

  /** The last checkpoint cosigned of the log whose origin has this SHA-256 (hex). */
  checkpointOf(originHash: string): string | undefined {
    return this.parts.state.all.find(({ origin }) => hash('sha256', origin) === originHash)?.note;
  }

  /**
   * Synchronous from the first check to the state on disk: of two submissions at once one is wholly before the other, so none can
   * roll back what the other was cosigned for. Throws WitnessError when the state can no longer be relied on.
   */
  addCheckpoint(body: Uint8Array): Reply {
    let asked: AddCheckpoint;
    let origin: string;
    try {
      asked = parseAddCheckpoint(body);
      const { text } = parseNote(asked.note);
      origin = text.slice(0, text.indexOf('\n'));
    } catch (error) {
      return malformed(error);
    }
    const submitted = this.#open(asked.note, origin);
    return 'status' in submitted ? submitted : this.#judge(asked, submitted);
  }

  #open(note: string, origin: string): Submitted | Reply {
    const keys = this.parts.logs.keysOf(origin);
    if (keys.length === 0) return say(404, 'this witness does not know that log');
    try {
      const opened = openNote(note, keys);
      return { ...parseCheckpoint(opened.text), opened, note };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      if (error.code === 'UNKNOWN_KEY' || error.code === 'BAD_SIGNATURE')
        return say(403, 'no trusted key of that log signed this, or one of its signatures is wrong');
      // The root of the tree without entries, which is known to everybody.
      if (error.code === 'BAD_CHECKPOINT' && error.place === 'line 3') return say(422, 'that is no empty tree');
      return malformed(error);
    }
  }

  #judge({ oldSize, proof }: AddCheckpoint, submitted: Submitted): Reply {
    const { origin, size } = submitted;
    const held = this.parts.state.held(origin);
    const heldSize = held?.size ?? 0;
    const tell = (what: Happening['what']) => this.parts.told({ what, origin, size, held: heldSize });
    const refuse = (reply: Reply, what: Happening['what']): Reply => {
      tell(what);
      return reply;
    };
    if (oldSize > size) return refuse(say(400, 'the old size is above that of the checkpoint'), 'refused');
    const forked = held !== undefined && held.size === size && !sameTree(held, submitted);
    // Two notes of one size under one key, with different roots, are a proof that anybody can check.
    if (forked) this.parts.evidence.keep(held.note, submitted.note);
    if (oldSize !== heldSize)
      return refuse({ status: 409, body: `${heldSize}\n`, type: 'text/x.tlog.size' }, forked ? 'fork' : 'conflict');
    if (forked) return refuse(say(422, 'another root was cosigned for that size'), 'fork');
    if (!follows(held, submitted, proof)) return refuse(say(422, 'the proof does not hold'), 'refused');
    const time = this.#now(held);
    if (time === undefined) return refuse(say(503, 'the clock of this witness is behind'), 'clock-behind');
    const line = this.#cosign(submitted, held, time);
    tell('cosigned');
    return { status: 200, body: line };
  }

  /** Seconds since 1970; undefined when the clock was set back by more than it may. */
  #now(held: Held | undefined): number | undefined {
    const now = Math.floor(this.parts.clock().getTime() / 1000);
    const last = held?.time ?? 1;
    if (now >= last) return now;
    return last - now > clockBackSecondsMax ? undefined : last;
  }

  #cosign(submitted: Submitted, held: Held | undefined, time: number): string {
    const { key, state, persisted } = this.parts;
    const { text, verified } = submitted.opened;
    const line = signatureLine(text, cosigner(key.name, key.privateKey, time));
    // The same second and the same tree: the very same statement, which stands on disk already.
    if (held === undefined || held.time !== time || !sameTree(held, submitted)) {
      const signed = verified.map(({ verifier, signature }) =>
        formatSignatureLine({ name: verifier.key.name, id: verifier.key.id, signature }),
      );
      const { origin, size, root } = submitted;
      state.hold({ origin, size, root, time, note: `${text}\n${signed.join('')}${line}` });
    }
    persisted?.();
    return line;
  }
}

/** RFC 6962 section 2.1.2; from nothing everything follows, and only without a proof. */
function follows(held: Held | undefined, submitted: Checkpoint, proof: readonly Uint8Array[]): boolean {
  if (held === undefined || held.size === 0) return proof.length === 0;
  if (held.size === submitted.size) return proof.length === 0 && sameTree(held, submitted);
  const { size, root } = submitted;
  return verifyConsistency({ oldSize: held.size, oldRoot: held.root, size, root }, proof);
}

function malformed(error: unknown): Reply {
  if (error instanceof Malformed) return say(400, `${error.code}: ${error.message}`);
  throw error;
}
