import { blocks, count, fill, oneLine, quote, thousands, type Answer, type JsonObject } from '../../../answers/index.ts';
import { apiVersionOf } from '../../../kubernetes/index.ts';
import type { KindFound, KindsFound } from '../../../operations/index.ts';
import { cursorAfter, itemsAfter, pageData, withCursor, type Page } from './paging.ts';

export interface KindsScene {
  readonly cluster: string;
  readonly search: string | undefined;
  /** What else narrows, in words: `group apps`, `cluster-scoped`. */
  readonly narrowed: readonly string[];
  readonly page: Page;
}

/** What a server serves, a line each, under the group and version that serves it. */
export function kindsAnswer(found: KindsFound, scene: KindsScene): Answer {
  const { page, cluster } = scene;
  const left = itemsAfter(found.kinds, page, keyOf);
  const wanted = left.slice(0, page.limit);
  const cursor = (shown: number): string | undefined => cursorAfter(found.kinds, left, shown, page, keyOf);
  return {
    text(budget) {
      const head = budget.spend(blocks(headOf(found, scene), brokenOf(found)));
      const made = withCursor(
        budget,
        (rest) => fill(wanted, (kind, index) => lineOf(kind, wanted[index - 1], isMixed(found.kinds)), rest),
        ({ taken }) => cursor(taken),
      );
      const missing = left.length - made.taken;
      return blocks(head, made.text, missing > 0 && `… ${thousands(missing)} more`, made.nextLine);
    },
    data: (budget) => ({
      cluster,
      matching: found.kinds.length,
      served: found.served,
      brokenGroups: found.broken,
      ...(found.nearest.length > 0 && { nearest: found.nearest.map((kind) => kind.resource) }),
      ...pageData('kinds', wanted, dataOf, budget, cursor),
    }),
  };
}

function keyOf(kind: KindFound): string {
  return `${kind.resource}.${kind.group}`;
}

function headOf({ kinds, served, nearest }: KindsFound, { cluster, search, narrowed }: KindsScene): string {
  const filters = [...narrowed, ...(search === undefined ? [] : [`search ${quote(search, 60)}`])].join(', ');
  if (kinds.length === 0) {
    const close = nearest.map((kind) => `${kind.resource} (${apiVersionOf(kind)})`).join(', ');
    return `No kind of cluster ${cluster} fits ${filters} (${count(served, 'kind')} in all).${close === '' ? '' : ` Nearest: ${close}.`}`;
  }
  const scope = isMixed(kinds)
    ? '; namespaced unless marked'
    : kinds[0]?.namespaced === true
      ? ', all namespaced'
      : ', all cluster-scoped';
  const part = kinds.length < served ? `${thousands(kinds.length)} of ` : '';
  return `${part}${count(served, 'kind')} of cluster ${cluster}${filters === '' ? '' : ` (${filters})`}${scope}.`;
}

/** True when the scope has to be told kind by kind. */
function isMixed(kinds: readonly KindFound[]): boolean {
  return kinds.some((kind) => kind.namespaced) && kinds.some((kind) => !kind.namespaced);
}

function brokenOf({ broken }: KindsFound): string {
  return broken.length === 0
    ? ''
    : `Not answering now, so that their kinds may be missing: ${broken.map((group) => oneLine(group)).join(', ')}.`;
}

/** `deployments (deploy) Deployment`, below a line with the group where that begins. */
function lineOf(kind: KindFound, before: KindFound | undefined, mixed: boolean): string {
  const short = kind.shortNames.length === 0 ? '' : ` (${kind.shortNames.join(',')})`;
  const also = kind.otherVersions.length === 0 ? '' : `, also ${kind.otherVersions.join(', ')}`;
  const line = `${kind.resource}${short} ${kind.kind}${kind.namespaced || !mixed ? '' : ' cluster-scoped'}${also}${verbsOf(kind)}`;
  const group = apiVersionOf(kind);
  const heading =
    before !== undefined && apiVersionOf(before) === group ? '' : `\n${group}${kind.group === '' ? ' (core)' : ''}:\n`;
  return `${heading}${oneLine(line, 400)}`;
}

/** Said only of what is not stored and changed like any other object. */
function verbsOf(kind: KindFound): string {
  const usual = ['get', 'list', 'create', 'patch', 'delete'].every((verb) => kind.verbs.includes(verb));
  return usual ? '' : `, only ${kind.verbs.join(' ')}`;
}

function dataOf(kind: KindFound): JsonObject {
  const { group, version, resource, namespaced, shortNames, categories, verbs, subresources, otherVersions } = kind;
  return { kind: kind.kind, resource, group, version, namespaced, shortNames, categories, verbs, subresources, otherVersions };
}
