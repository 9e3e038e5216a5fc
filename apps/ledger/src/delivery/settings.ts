// With which settings are tasks told: where is this service reached, and which private networks may webhooks go to?
import { Networks } from './addresses.js';

const networksMax = 100;

export interface DeliverySettings {
  readonly publicUrl?: string;
  readonly webhookNetworks: readonly string[];
}

/** Adds what is wrong to `mistakes`. */
export function readDeliverySettings(
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): DeliverySettings {
  const webhookNetworks = (environment['WEBHOOK_PRIVATE_NETWORKS'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (webhookNetworks.length > networksMax || !areNetworks(webhookNetworks)) {
    mistakes.push('WEBHOOK_PRIVATE_NETWORKS must be networks such as 10.20.0.0/16, separated by commas');
  }
  const publicUrl = environment['PUBLIC_URL']?.trim().replace(/\/+$/, '') ?? '';
  if (publicUrl === '') return { webhookNetworks };
  if (!URL.canParse(publicUrl) || !/^https?:\/\/[^?#@]+$/.test(publicUrl)) {
    mistakes.push('PUBLIC_URL must be the URL at which others reach this service, such as https://ledger.example');
  }
  return { publicUrl, webhookNetworks };
}

function areNetworks(cidrs: readonly string[]): boolean {
  try {
    return new Networks(cidrs).size === cidrs.length;
  } catch {
    return false;
  }
}
