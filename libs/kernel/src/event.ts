// What is an event type? A literal name, a version, a schema of its facts, and the ladder from older versions.
import { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { NotAnEnvelope, parseEnvelope, type Envelope, type Facts, type Part } from './envelope.js';

/** Turns facts of one version into facts of the next. */
export type Upcaster = (facts: Facts) => Facts;

export interface EventDefinition<Type extends string = string, Schema extends TSchema = TSchema> {
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  /** One sentence for the catalogue. */
  readonly says: string;
  readonly sample: Static<Schema>;
  /** Facts of any version ever written, lifted to the newest and checked. Throws NotAnEnvelope. */
  readonly read: (facts: Facts, version: number) => Static<Schema>;
  /** Throws NotAnEnvelope unless the facts are of the newest version's form. */
  readonly check: (facts: Facts) => void;
}

/** An event as code sees it: the newest version's facts with the envelope's other fields. */
export interface Recorded<Type extends string = string, F = Facts> {
  readonly type: Type;
  readonly facts: F;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly at: string;
  readonly occurred: string;
  readonly actor: string;
  readonly source?: string;
  readonly edition?: string;
  readonly parts: readonly Part[];
}

export type RecordedOf<D> =
  D extends EventDefinition<infer Type, infer Schema> ? Recorded<Type, Static<Schema>> : never;

/**
 * Defines an event type. `upcast[n]` lifts version n to n + 1, so a type of version 3 has upcasters 1 and 2.
 * The sample goes to history.json and must stay readable for ever.
 */
export function defineEvent<const Type extends string, Schema extends TSchema>(
  type: Type,
  definition: {
    readonly v: number;
    readonly says: string;
    readonly facts: Schema;
    readonly sample: Static<Schema>;
    readonly upcast?: Readonly<Record<number, Upcaster>>;
  },
): EventDefinition<Type, Schema> {
  const upcast = definition.upcast ?? {};
  for (let v = 1; v < definition.v; v++) if (!upcast[v]) throw new Error(`${type}: no upcaster from version ${v}`);
  let validator: { Check(value: unknown): boolean } | undefined;
  const check = (facts: Facts): void => {
    validator ??= Compile(definition.facts);
    if (!validator.Check(facts)) throw new NotAnEnvelope(`facts of ${type} break its schema`);
  };
  return {
    type,
    version: definition.v,
    schema: definition.facts,
    says: definition.says,
    sample: definition.sample,
    check,
    read(facts, version) {
      if (!(version >= 1 && version <= definition.v)) throw new NotAnEnvelope(`${type} has no version ${version}`);
      let lifted = facts;
      for (let v = version; v < definition.v; v++) lifted = upcast[v]?.(lifted) ?? lifted;
      check(lifted);
      return lifted as Static<Schema>;
    },
  };
}

const noParts: readonly Part[] = Object.freeze([]);

/** The event types a ledger knows, by name. */
export class Catalogue {
  private readonly byType: ReadonlyMap<string, EventDefinition>;

  constructor(readonly definitions: readonly EventDefinition[]) {
    this.byType = new Map(definitions.map((definition) => [definition.type, definition]));
    if (this.byType.size !== definitions.length) throw new Error('an event type is defined twice');
  }

  get(type: string): EventDefinition {
    const definition = this.byType.get(type);
    if (!definition) throw new NotAnEnvelope(`${type} is not in the catalogue`);
    return definition;
  }

  /** The event behind an envelope. Throws NotAnEnvelope for an unknown type, version or form of its facts. */
  read({ v, type, facts, id, stream, revision, at, occurred, actor, source, edition, parts }: Envelope): Recorded {
    // Named one by one: spreading the rest of an object costs several times as much, and every replay pays it.
    return {
      type,
      facts: this.get(type).read(facts, Number(v)) as Facts,
      id,
      stream,
      revision: Number(revision),
      at,
      occurred,
      actor,
      ...(source !== undefined && { source }),
      ...(edition !== undefined && { edition }),
      parts: parts ?? noParts,
    };
  }

  /**
   * The event behind bytes of our own store, where only writeEnvelope's bytes ever stand. Throws NotAnEnvelope as `read` does, and
   * for bytes that are no envelope. Canonical form is not looked at again: it decides no meaning, and the hash covers the bytes.
   */
  readStored(bytes: string): Recorded {
    return this.read(parseEnvelope(bytes));
  }
}
