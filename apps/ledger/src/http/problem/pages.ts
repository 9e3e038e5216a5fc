// What does the page of a problem say? Written from the table, so that table and pages are one.
import { type ProblemCode, problems, problemSlug } from './codes.js';

/** The page of a code, in Markdown. */
export function problemPage(code: ProblemCode): string {
  const { status, title, when, mend } = problems[code];
  return `# ${title}\n\nCode \`${code}\`, HTTP status ${status}.\n\n${when}\n\n**What to do.** ${mend}\n`;
}

/** The index of all pages. */
export function problemIndex(): string {
  const rows = (Object.keys(problems) as ProblemCode[])
    .sort()
    .map((code) => `| [${code}](${problemSlug(code)}.md) | ${problems[code].status} | ${problems[code].title} |`);
  return `# Problems\n\nEvery error is a problem (RFC 9457, \`application/problem+json\`) with a stable \`code\`; \`type\` leads to its page.\n\n| code | status | says |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** Every file of docs/problems by its name. */
export function problemFiles(): ReadonlyMap<string, string> {
  const pages = (Object.keys(problems) as ProblemCode[]).map(
    (code) => [`${problemSlug(code)}.md`, problemPage(code)] as const,
  );
  return new Map([['README.md', problemIndex()], ...pages]);
}

const bySlug = new Map((Object.keys(problems) as ProblemCode[]).map((code) => [problemSlug(code), code]));

/** The code whose page has this name. */
export const problemOfSlug = (slug: string): ProblemCode | undefined => bySlug.get(slug);
