// Who is asked to cosign the log, and how many must? A C2SP tlog-policy file of the operator's.
import { Malformed, parsePolicy, policyBytesMax, type Policy } from '@derbes/transparency';
import { readFileSync, statSync } from 'node:fs';

const nobody: Policy = { logs: [], witnesses: [], groups: [], quorum: 'none' };

/** The file cannot be read, or is no policy. */
class LogPolicyWrong extends Error {
  readonly code = 'LOG_POLICY_WRONG';
}

/** Witnesses and quorum alone: what keys the log has, the ledger knows better than its file. Throws LogPolicyWrong. */
export function readWitnessPolicy(path: string | undefined): Policy {
  if (path === undefined) return nobody;
  try {
    if (statSync(path).size > policyBytesMax) throw new LogPolicyWrong(`LOG_POLICY (${path}) is too long`);
    return { ...parsePolicy(readFileSync(path)), logs: [] };
  } catch (error) {
    if (error instanceof LogPolicyWrong) throw error;
    const why = error instanceof Malformed ? `${error.code}: ${error.message}` : 'it cannot be read';
    throw new LogPolicyWrong(`LOG_POLICY (${path}): ${why}`);
  }
}
