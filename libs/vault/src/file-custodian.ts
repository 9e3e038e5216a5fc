// How do keys stand in files? One per secret, `<name>.key`, with its ledger, its name and a check value.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keyBytes } from './aes-gcm.js';
import { type Custodian } from './custodian.js';
import { keyCheckValue } from './formulas.js';
import { readRecord, writeRecord, type Fields } from './keep-record.js';
import { assertPrivateDirectory, createPrivate, readPrivate, shred } from './private-files.js';
import { VaultError } from './vault-error.js';

const namePattern = /^[a-z][a-z0-9-]{0,63}$/;

/** The entry that every location has from its first day on: where it is not, the location itself is not there. */
const markName = 'static';

/** Every copy lies in the one directory: whoever copies it must know that he holds the keys. */
export class FileCustodian implements Custodian {
  constructor(
    private readonly dir: string,
    readonly ledger: string,
    readonly kind = 'file',
  ) {}

  async read(name: string): Promise<Buffer | undefined> {
    const entry = await readEntry(this.#path(name), name, this.ledger);
    if (!entry && name !== markName) await this.#assertThere();
    return entry?.secret;
  }

  /** Throws SECRET_EXISTS, DISK_FULL, and CUSTODIAN_DOWN where the directory is away or its disk fails. */
  async write(name: string, secret: Buffer): Promise<void> {
    if (name !== markName) await this.#assertThere();
    if (secret.length !== keyBytes) throw new VaultError('SECRET_MALFORMED', `a secret has ${keyBytes} bytes`);
    const fields = {
      kcv: keyCheckValue(secret).toString('hex'),
      ledger: this.ledger,
      name,
      secret: secret.toString('base64url'),
    };
    const path = this.#path(name);
    await createPrivate(path, writeRecord(fields, secret)).catch((error: unknown) => {
      if (error instanceof VaultError) throw error;
      const { code } = (error ?? {}) as { code?: unknown };
      throw new VaultError('CUSTODIAN_DOWN', `${this.kind}: no key can be written into ${this.dir}: ${String(code)}`);
    });
  }

  async destroy(name: string): Promise<void> {
    await this.#assertThere();
    await shred(this.#path(name));
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.dir);
    return files
      .filter((file) => file.endsWith('.key') && !file.startsWith('.'))
      .map((file) => file.slice(0, -'.key'.length))
      .sort();
  }

  /** A volume that is not mounted has no key either, and destroyed nothing. Throws CUSTODIAN_DOWN. */
  async #assertThere(): Promise<void> {
    await assertPrivateDirectory(this.dir);
    if (await readEntry(this.#path(markName), markName, this.ledger)) return;
    throw new VaultError(
      'CUSTODIAN_DOWN',
      `${this.kind}: ${this.dir} holds no ${markName}.key of this ledger. Is the volume mounted?`,
    );
  }

  #path(name: string): string {
    if (!namePattern.test(name)) throw new VaultError('SECRET_NAME_MALFORMED', 'lower-case letters, digits, hyphens');
    return entryPath(this.dir, name);
  }
}

/** The ledger that an entry of this directory names, if there is such an entry. */
export async function ledgerOfEntry(dir: string, name: string): Promise<string | undefined> {
  return (await readEntry(entryPath(dir, name), name, undefined))?.ledger;
}

const entryPath = (dir: string, name: string): string => join(dir, `${name}.key`);

async function readEntry(
  path: string,
  name: string,
  ledger: string | undefined,
): Promise<{ secret: Buffer; ledger: string } | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  const secretOf = (fields: Fields): Buffer => Buffer.from(fields['secret'] ?? '', 'base64url');
  const fields = readRecord(path, text, ledger, secretOf);
  const secret = secretOf(fields);
  if (fields['name'] !== name || secret.length !== keyBytes || fields['ledger'] === undefined) {
    throw new VaultError('KEEP_DAMAGED', `${path} is not the entry ${name}`);
  }
  return { secret, ledger: fields['ledger'] };
}
