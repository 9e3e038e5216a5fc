// May this recipient get this data, in that country?
import { type CrossBorderGround, type DeclaredPolicy, missingRequirements } from '@derbes/policy';
import { homeOf, type Case } from './case.js';
import { type EntryOf } from './fact.js';
import { bestCoverage, groundOf, judgeBasis } from './judge-basis.js';
import { recipientAt, undertakingStands, type Recipient } from './registers.js';

export function judgeTransfer(the: Case<EntryOf<'DataTransferred'>>): void {
  const { entry, outside } = the;
  const { facts, occurred } = entry;
  const recipient = recipientAt(outside.registers, facts.recipient, occurred);
  judgeRecipient(the, recipient);
  judgeDisclosure(the, recipient);
  judgeBasis(the, facts, { recipient: { code: facts.recipient, class: recipient?.class } });
  judgeBorder(the, recipient);
}

function judgeRecipient(the: Case<EntryOf<'DataTransferred'>>, recipient: Recipient | undefined): void {
  const { entry, policy, findings } = the;
  const { recipient: code, basis } = entry.facts;
  const clause = policy?.sectionClause('recipients') ?? '-';
  if (!recipient) return findings.add('UNDECLARED_RECIPIENT', clause, {}, { recipient: code, lacks: 'registration' });
  if (policy && !policy.recipientClass(recipient.class)) {
    findings.add('UNDECLARED_RECIPIENT', clause, {}, { recipient: code, lacks: 'class', class: recipient.class });
  }
  const own = policy?.recipientClass(recipient.class)?.clause ?? clause;
  if (recipient.suspended) {
    const { from, ground } = recipient.suspended;
    findings.add('RECIPIENT_SUSPENDED', own, {}, { recipient: code, from, ground });
  }
  // What the law itself sends somewhere (a tax office) needs no promise from there.
  if (basis && groundOf(the, basis).byLaw) return;
  if (!undertakingStands(recipient.undertaking, entry.occurred)) {
    const until = recipient.undertaking?.until;
    findings.add(
      'RECIPIENT_WITHOUT_UNDERTAKING',
      own,
      {},
      { recipient: code, ...(until === undefined ? {} : { until }) },
    );
  }
}

/** The edition says what a class may get, the register what this recipient is meant for; both bind. */
function judgeDisclosure(
  { entry, policy, findings }: Case<EntryOf<'DataTransferred'>>,
  recipient: Recipient | undefined,
): void {
  if (!recipient) return;
  const { categories, purposes } = entry.facts;
  const clause = policy?.disclosureClause(recipient.class) ?? '-';
  for (const category of categories) {
    const lineage = [category, ...(policy?.category(category)?.ancestors ?? [])];
    const byClass = policy?.categoryFitsRecipient(recipient.class, category) === 'excessive';
    const byRegister = !lineage.some((code) => recipient.categories.includes(code));
    if (!byClass && !byRegister) continue;
    const params = { recipient: recipient.code, beyond: byClass ? 'class' : 'register' };
    findings.add('EXCESSIVE_FOR_RECIPIENT', clause, { category }, params);
  }
  for (const purpose of purposes.filter((code) => !recipient.purposes.includes(code))) {
    findings.add('EXCESSIVE_FOR_RECIPIENT', clause, { purpose }, { recipient: recipient.code, beyond: 'register' });
  }
}

/** Art. 16, GDPR Art. 44-49: a ground of the profile whose demands are met, or a consent whose item 5 names the country. */
function judgeBorder(the: Case<EntryOf<'DataTransferred'>>, recipient: Recipient | undefined): void {
  const { entry, policy, profile, findings } = the;
  const { country, ground: code, basis, categories, purposes } = entry.facts;
  const home = homeOf(profile, policy);
  if (home === undefined || country === home || profile.cross_border.length === 0) return;
  const row = profile.cross_border.find((ground) => ground.code === code);
  const clause = policy?.sectionClause('recipients') ?? '-';
  if (code !== undefined && !row) {
    return findings.add('CROSS_BORDER_WITHOUT_GROUND', clause, {}, { country, ground: code });
  }
  const lacks = row
    ? missingRequirements(row, {
        consent: 'judged-below',
        law: basis?.law ?? '',
        article: basis?.article ?? '',
        ...claimOf(policy, row, country, recipient),
      })
    : [];
  if (lacks.length > 0) {
    return findings.add(
      'CROSS_BORDER_WITHOUT_GROUND',
      clause,
      {},
      { country, ground: row?.code ?? '-', lacks },
      row?.article,
    );
  }
  if (row && !row.requires.includes('consent')) return;
  for (const purpose of purposes) {
    for (const category of categories) {
      const ask = { category, purpose, moment: entry.occurred, abroad: country };
      const asked = recipient ? { ...ask, recipient: { code: recipient.code, class: recipient.class } } : ask;
      const best = bestCoverage(the, asked, basis?.consent);
      if (best && best.withdrawn === undefined && !best.lacks.includes('cross-border')) continue;
      const params = { country, ...(best ? { consent: best.consent.event, lacks: best.lacks } : {}) };
      findings.add('CROSS_BORDER_WITHOUT_GROUND', clause, { category, purpose }, params, row?.article);
    }
  }
}

/** The edition's claim that the country protects, or that the recipient is bound to: both are the same entry of the policy. */
function claimOf(
  policy: DeclaredPolicy | undefined,
  row: CrossBorderGround,
  country: string,
  recipient: Recipient | undefined,
): { readonly 'adequacy-claim'?: string; readonly safeguard?: string } {
  const claim = policy?.borderClaim(row.code, country, recipient?.class);
  return claim ? { 'adequacy-claim': claim.code, safeguard: claim.code } : {};
}
