// Where do the settings say that the keys of this ledger lie?
import { KeyServiceCustodian, type KeepPlace } from '@derbes/vault';
import { type Settings } from './settings.js';

export const keepPlaceOf = ({ keepDir, dataDir, keyCopyDir, keyService }: Settings): KeepPlace => ({
  keepDir,
  dataDir,
  ...(keyCopyDir !== undefined && { copyDir: keyCopyDir }),
  ...(keyService && { service: (ledger) => new KeyServiceCustodian(keyService, ledger) }),
});
