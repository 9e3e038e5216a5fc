// Which key service on the network holds the keys of epochs, and by which token is it asked?
import { KeyServiceCustodian, VaultError, type KeyService } from '@derbes/vault';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where no setting names one; what is wrong is added to `mistakes`, without a value. The token is read when it is needed. */
export function readKeyService(environment: Environment, mistakes: string[]): KeyService | undefined {
  const text = (name: string): string => environment[name]?.trim() ?? '';
  const others = ['KEY_SERVICE_TOKEN_FILE', 'KEY_SERVICE_CA_FILE', 'KEY_SERVICE_MOUNT', 'KEY_SERVICE_PATH'];
  const url = text('KEY_SERVICE_URL');
  if (url === '') {
    const alone = others.find((name) => text(name) !== '');
    if (alone) mistakes.push(`${alone} needs KEY_SERVICE_URL beside it`);
    return undefined;
  }
  if (text('KEY_SERVICE_TOKEN_FILE') === '') {
    mistakes.push(
      'KEY_SERVICE_URL needs KEY_SERVICE_TOKEN_FILE: a file of the service’s user alone that holds the token',
    );
    return undefined;
  }
  const caFile = text('KEY_SERVICE_CA_FILE');
  if (caFile !== '' && !existsSync(caFile)) mistakes.push('KEY_SERVICE_CA_FILE must name a readable file');
  const service: KeyService = {
    url,
    tokenFile: resolve(text('KEY_SERVICE_TOKEN_FILE')),
    ...(caFile !== '' && { caFile: resolve(caFile) }),
    ...(text('KEY_SERVICE_MOUNT') !== '' && { mount: text('KEY_SERVICE_MOUNT') }),
    ...(text('KEY_SERVICE_PATH') !== '' && { path: text('KEY_SERVICE_PATH') }),
  };
  try {
    new KeyServiceCustodian(service, '');
    return service;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    mistakes.push(`KEY_SERVICE_URL, KEY_SERVICE_MOUNT or KEY_SERVICE_PATH: ${error.message}`);
    return undefined;
  }
}
