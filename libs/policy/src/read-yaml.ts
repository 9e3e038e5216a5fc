// What does a YAML file say, and on which line does each part of it stand? The input may be hostile.
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import { type Mistake, type MistakeCode, mistakesMax } from './mistake.js';

export const yamlBytesMax = 262_144;
export const yamlDepthMax = 12;
export const yamlNodesMax = 30_000;
const messageCharsMax = 200;

// Control and direction characters let a line show other than what it says.
const invisible = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const lineBreaks = /[\t\n\r]/gu;

export type Path = readonly (string | number)[];

/** Where the parts of a file stand. */
export interface Places {
  /** Place of the value at a path, or of the nearest part above it that exists. */
  value(path: Path): { line: number; column: number };
  /** Place of the key that ends the path. */
  key(path: Path): { line: number; column: number };
}

export interface ReadYaml {
  readonly value: unknown;
  readonly places: Places;
  readonly mistakes: readonly Mistake[];
}

/** A JSON pointer (RFC 6901). */
export const pointerOf = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const tooDeep = `nested deeper than ${yamlDepthMax} levels`;

/** Parses one YAML 1.2 document, core schema; anchors, aliases, tags, directives and repeated keys are mistakes. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const refuse = (code: MistakeCode, message: string): ReadYaml => ({
    value: undefined,
    places: placesIn(undefined, lines),
    mistakes: [{ line: 1, column: 1, path: '', code, message }],
  });
  if (text.length > yamlBytesMax || new TextEncoder().encode(text).byteLength > yamlBytesMax) {
    return refuse('TOO_LARGE', `the file is larger than ${yamlBytesMax} bytes`);
  }
  try {
    // uniqueKeys compares every pair of keys; structureMistakes finds repeated ones in linear time.
    const options = {
      version: '1.2',
      strict: true,
      uniqueKeys: false,
      prettyErrors: false,
    } as const;
    const document = parseDocument(text, { ...options, lineCounter: lines });
    const places = placesIn(document.contents, lines);
    const syntax = [...document.errors, ...document.warnings]
      .slice(0, mistakesMax)
      .map((error) => syntaxMistake(error, lines));
    if (syntax.length > 0) return { value: undefined, places, mistakes: syntax };
    const mistakes = structureMistakes(document, lines);
    if (mistakes.length > 0) return { value: undefined, places, mistakes };
    return { value: document.toJS({ maxAliasCount: 0 }), places, mistakes };
  } catch (error) {
    // The parser descends by recursion, so nesting far beyond yamlDepthMax exhausts the stack before it can be counted.
    if (error instanceof RangeError) return refuse('TOO_DEEP', tooDeep);
    throw error;
  }
}

function syntaxMistake(error: Pick<YAMLParseError, 'code' | 'message' | 'pos'>, lines: LineCounter): Mistake {
  const place = { ...placeOf(error.pos[0], lines), path: '' };
  // The parser reports its own exhausted stack as one more error of the text.
  if (error.message.startsWith('Maximum call stack')) return { ...place, code: 'TOO_DEEP', message: tooDeep };
  const code = error.code === 'TAG_RESOLVE_FAILED' ? 'TAG_REFUSED' : 'NOT_YAML';
  const message = error.code === 'MULTIPLE_DOCS' ? 'only one document may stand in the file' : error.message;
  return { ...place, code, message: message.slice(0, messageCharsMax) };
}

/** Walks with a list of its own, so that depth costs no stack. */
function structureMistakes(document: Document.Parsed, lines: LineCounter): Mistake[] {
  const mistakes: Mistake[] = [];
  const add = (node: Node, path: Path, code: MistakeCode, message: string) =>
    mistakes.push({ ...placeOf(node.range?.[0] ?? 0, lines), path: pointerOf(path), code, message });
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    mistakes.push({ line: 1, column: 1, path: '', code: 'NOT_YAML', message: 'only YAML 1.2 is read' });
  }
  const waiting: { node: unknown; path: Path }[] = [{ node: document.contents, path: [] }];
  let nodes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++nodes > yamlNodesMax) {
      const message = `the file has more than ${yamlNodesMax} parts`;
      return [{ line: 1, column: 1, path: '', code: 'TOO_LARGE', message }];
    }
    const { node, path } = next;
    if (isAlias(node)) {
      add(
        node,
        path,
        'ALIAS_REFUSED',
        `the alias *${node.source.slice(0, messageCharsMax)} is refused: a policy is read line by line, so write the value out`,
      );
      continue;
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) continue;
    if (node.anchor !== undefined) {
      add(
        node,
        path,
        'ALIAS_REFUSED',
        `the anchor &${node.anchor.slice(0, messageCharsMax)} is refused: a policy is read line by line`,
      );
    }
    if (node.tag !== undefined)
      add(node, path, 'TAG_REFUSED', `the tag ${node.tag.slice(0, messageCharsMax)} is refused`);
    if (isScalar(node)) {
      if (typeof node.value === 'string' && !isPlainText(node.value)) {
        add(node, path, 'NOT_YAML', 'a character is invisible or half of a pair');
      }
      continue;
    }
    if (path.length >= yamlDepthMax) {
      add(node, path, 'TOO_DEEP', tooDeep);
      continue;
    }
    if (isSeq(node)) node.items.forEach((item, index) => waiting.push({ node: item, path: [...path, index] }));
    else keyMistakes(node, path, add, (key, value) => waiting.push({ node: value, path: [...path, key] }));
  }
  return mistakes;
}

const isPlainText = (text: string) => text.isWellFormed() && !invisible.test(text.replace(lineBreaks, ''));

function keyMistakes(
  map: YAMLMap,
  path: Path,
  add: (node: Node, path: Path, code: MistakeCode, message: string) => void,
  descend: (key: string, value: unknown) => void,
): void {
  const seen = new Set<string>();
  for (const { key, value } of map.items) {
    if (!isScalar(key) || typeof key.value !== 'string' || !isPlainText(key.value)) {
      add(isScalar(key) || isSeq(key) || isMap(key) ? key : map, path, 'KEY_NOT_TEXT', 'a key must be text');
      continue;
    }
    if (key.anchor !== undefined || key.tag !== undefined)
      add(key, path, 'TAG_REFUSED', 'a key carries no anchor or tag');
    if (seen.has(key.value))
      add(
        key,
        [...path, key.value],
        'DUPLICATE_KEY',
        `the key ${key.value.slice(0, messageCharsMax)} stands here twice`,
      );
    seen.add(key.value);
    descend(key.value, value);
  }
}

function placeOf(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function placesIn(contents: unknown, lines: LineCounter): Places {
  const walk = (path: Path) => {
    let node = contents;
    let keyOffset: number | undefined;
    let offset = offsetOf(node) ?? 0;
    for (const step of path) {
      const pair = isMap(node)
        ? node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step)
        : undefined;
      const child: unknown = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value;
      if (pair === undefined && child === undefined) return { offset, keyOffset };
      keyOffset = pair === undefined ? undefined : offsetOf(pair.key);
      offset = offsetOf(child) ?? keyOffset ?? offset;
      node = child;
    }
    return { offset, keyOffset };
  };
  return {
    value: (path) => placeOf(walk(path).offset, lines),
    key: (path) => {
      const { offset, keyOffset } = walk(path);
      return placeOf(keyOffset ?? offset, lines);
    },
  };
}

const offsetOf = (node: unknown): number | undefined =>
  isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
