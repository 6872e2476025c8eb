import type { Alias, Node, Pair, ParsedNode, Scalar, YAMLMap } from 'yaml';

import type { Position, Problem } from './problems.ts';

/** The place of a value and of the key before it. */
interface Places {
  readonly key?: Position | undefined;
  readonly value: Position;
}

export interface Reading {
  readonly value: unknown;
  /** By the path as JSON. */
  readonly places: ReadonlyMap<string, Places>;
  readonly problems: readonly Problem[];
}

/** Values that a document may hold once all aliases are unfolded: a thousand clusters with everything said about them. */
const MOST_VALUES = 50_000;
const DEEPEST = 32;

/** The tags that say what is so anyway. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq']);

/** Thrown at the first thing that makes it useless to go on. */
class TreeProblem extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Turns a parsed tree into plain data, once, in one walk that counts: the parser's own conversion neither tells places
 * nor can be stopped.
 */
export async function readTree(root: ParsedNode | null, placeOf: (offset: number) => Position): Promise<Reading> {
  const { isAlias, isMap, isPair, isScalar, isSeq } = await import('./yaml.ts');
  const places = new Map<string, Places>();
  const open = new Set<Node>();
  const targets = new Map<Alias, Node>();
  let values = 0;

  /** What each alias stands for: the last anchor of its name before it. */
  function resolveAliases(node: unknown, anchors: Map<string, Node>): void {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      // No name in the message: a token that begins with * looks like an alias.
      if (target === undefined)
        throw new TreeProblem(startOf(node), 'there is no such anchor; put a text that begins with * in quotes');
      targets.set(node, target);
      return;
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node) || isSeq(node)) for (const item of node.items) resolveAliases(item, anchors);
    if (isPair(node)) {
      resolveAliases(node.key, anchors);
      resolveAliases(node.value, anchors);
    }
  }

  function convert(given: unknown, path: readonly (string | number)[], key: Position | undefined, around: number): unknown {
    const node = isAlias(given) ? targets.get(given) : given;
    const offset = isAlias(given) ? startOf(given) : startOf(node, around);
    if (++values > MOST_VALUES) throw new TreeProblem(offset, 'the file unfolds to too many values; use fewer aliases');
    if (path.length > DEEPEST) throw new TreeProblem(offset, 'the file is nested too deep');
    places.set(JSON.stringify(path), { key, value: placeOf(startOf(node, offset)) });
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    const tag = node.tag?.replace('tag:yaml.org,2002:', '');
    if (tag !== undefined && !PLAIN_TAGS.has(tag)) throw new TreeProblem(offset, 'tags (!) are not supported');
    if (isScalar(node)) return node.value;
    if (open.has(node)) throw new TreeProblem(offset, 'this alias refers to what it stands in');
    open.add(node);
    const value = isMap(node)
      ? convertMap(node, path)
      : node.items.map((item, index) => convert(item, [...path, index], undefined, offset));
    open.delete(node);
    return value;
  }

  function convertMap(map: YAMLMap, path: readonly (string | number)[]): Record<string, unknown> {
    // From entries, so that a key such as __proto__ is a key like any other.
    return Object.fromEntries(
      [...pairsOf(map, new Set())].map(([name, pair]) => {
        const at = startOf(pair.key, startOf(map));
        return [name, convert(pair.value, [...path, name], placeOf(at), at)];
      }),
    );
  }

  /** The pairs of a mapping with those merged into it by `<<`; its own win, then those merged first. */
  function pairsOf(map: YAMLMap, merging: Set<YAMLMap>): Map<string, Pair> {
    if (merging.has(map)) throw new TreeProblem(startOf(map), 'this mapping is merged into itself');
    merging.add(map);
    const own = new Map<string, Pair>();
    const merged = new Map<string, Pair>();
    for (const pair of map.items) {
      if (++values > MOST_VALUES) throw new TreeProblem(startOf(map), 'the file unfolds to too many values; use fewer aliases');
      if (!isScalar(pair.key)) throw new TreeProblem(startOf(pair.key, startOf(map)), 'a key is a plain text');
      if (typeof pair.key.value !== 'symbol') own.set(keyText(pair.key), pair);
      else {
        const from = isAlias(pair.value) ? targets.get(pair.value) : pair.value;
        for (const source of isSeq(from) ? from.items : [from]) {
          const resolved = isAlias(source) ? targets.get(source) : source;
          if (!isMap(resolved)) throw new TreeProblem(startOf(pair.key), '<< merges a mapping, or a list of mappings');
          for (const [name, each] of pairsOf(resolved, merging)) if (!merged.has(name)) merged.set(name, each);
        }
      }
    }
    merging.delete(map);
    for (const [name, pair] of merged) if (!own.has(name)) own.set(name, pair);
    return own;
  }

  try {
    resolveAliases(root, new Map());
    if (root === null || (isScalar(root) && root.value === null)) return { value: undefined, places, problems: [] };
    return { value: convert(root, [], undefined, 0), places, problems: [] };
  } catch (error) {
    if (!(error instanceof TreeProblem)) throw error;
    return { value: undefined, places, problems: [{ position: placeOf(error.offset), message: error.message }] };
  }
}

function startOf(node: unknown, otherwise = 0): number {
  return (node as Partial<Node> | null | undefined)?.range?.[0] ?? otherwise;
}

/** The key as it was written: `on` and `007` are names like others. */
function keyText(key: Scalar): string {
  return key.source ?? String(key.value);
}
