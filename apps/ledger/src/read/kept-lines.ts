// What does a certificate say of what was kept: by which act, for how long, and how sure is that?
import { type Kept } from '@derbes/domain';
import { keepingOf, type DeclaredPolicy, type Profile } from '@derbes/policy';
import { type KeptLine } from './certificate-view.js';

export const articleOf = ({
  act,
  article,
}: {
  readonly act?: string;
  readonly article?: string;
}): string | undefined => (act === undefined ? undefined : article === undefined ? act : `${act}:${article}`);

const rowOfWhy = (why: string): string => why.toLowerCase().replaceAll('_', '-');

/** `policy` is the edition in force; terms of rows that it no longer has are not told. */
export const keptLines = (
  kept: readonly Kept[],
  policy: DeclaredPolicy | undefined,
  profile: Profile | undefined,
): KeptLine[] =>
  kept.map((one) => {
    const keeping = profile && keepingOf(profile, rowOfWhy(one.why));
    const named = articleOf(one);
    const article = named ?? keeping?.article;
    const event = one.hold ?? one.block ?? one.obligation;
    const term = policy?.policy.retention.statutory.find(({ code }) => code === one.row)?.term;
    const confidence = confidenceOf(one.why, article === keeping?.article ? keeping?.confidence : undefined);
    return {
      why: one.why,
      ...(keeping && { label: keeping.label }),
      categories: one.categories,
      ...(article !== undefined && { article }),
      ...(term !== undefined && { term }),
      ...(confidence !== undefined && { confidence }),
      ...(one.until !== undefined && { until: one.until }),
      ...(one.reason !== undefined && { reason: one.reason }),
      ...(one.row !== undefined && { row: one.row }),
      ...(event !== undefined && { event }),
    };
  });

/** Of a row of the policy its lawyer, else the profile's mark; an act that an officer named bears none. */
function confidenceOf(why: Kept['why'], mark: KeptLine['confidence']): KeptLine['confidence'] {
  if (why === 'STATUTORY_RETENTION') return 'confirmed';
  return why === 'RETENTION_UNCONFIRMED' ? 'unconfirmed' : mark;
}
