// What does a checked CloudEvent name besides codes? Values to be sealed, identifiers, other facts, organisations.
import { type JsonValue } from '@derbes/kernel';
import { type IdentifierForm, type OrganisationForm, type ReferenceForm } from '../http/facts/parts.js';

/** Another fact, meant by the pair under which it was or will be sent. */
export interface Reference {
  readonly source: string;
  readonly id: string;
  /** The type of event that is meant; when the pair is not yet claimed its event will take the id reserved for it. */
  readonly type: string;
  /** A pair that nobody claimed is malformed here, not reserved. */
  readonly mustExist?: true;
  /** Where it stands in the data, as a JSON pointer. */
  readonly pointer: string;
}

export interface ToldIdentifier {
  readonly scheme: string;
  readonly value: string;
  readonly since?: string;
  readonly pointer: string;
}

export interface ToldOrganisation {
  readonly bin: string;
  readonly name?: string;
  readonly pointer: string;
}

/** Whose key seals a value: the person's, or that of the uploading organisation's employee. */
export type SealOwner = 'subject' | 'employee';

export interface ToldSeal {
  readonly category: string;
  /** Handle of the value: its index in `values`. */
  readonly value: number;
  readonly owner: SealOwner;
}

/** Collects, while the data is read, what must be looked up or sealed; facts then hold places to be filled. */
export class Telling {
  readonly values: JsonValue[] = [];
  readonly seals: ToldSeal[] = [];
  readonly references: Reference[] = [];
  readonly organisations: ToldOrganisation[] = [];
  readonly identifiers: ToldIdentifier[] = [];

  /** Seals a value under a category; its handle is the domain's only sight of it. */
  seal(category: string, value: JsonValue | undefined, owner: SealOwner = 'subject'): void {
    if (value === undefined) return;
    this.seals.push({ category, value: this.values.push(value) - 1, owner });
  }

  sealEach(values: Readonly<Record<string, JsonValue>> | undefined): void {
    for (const [category, value] of Object.entries(values ?? {})) this.seal(category, value);
  }

  /** The place of a referenced event in `references`. */
  reference(form: ReferenceForm, type: string, pointer: string, mustExist?: true): number {
    const { source, id } = form;
    return this.references.push({ source, id, type, pointer, ...(mustExist && { mustExist }) }) - 1;
  }

  organisation(form: OrganisationForm, pointer: string): number {
    const standing = this.organisations.findIndex(({ bin }) => bin === form.bin);
    if (standing >= 0) return standing;
    return this.organisations.push({ bin: form.bin, ...(form.name && { name: form.name }), pointer }) - 1;
  }

  identify(forms: readonly IdentifierForm[] | undefined, pointer: string): void {
    forms?.forEach(({ scheme, value, since }, i) =>
      this.identifiers.push({ scheme, value, ...(since && { since }), pointer: `${pointer}/${i}` }),
    );
  }
}
