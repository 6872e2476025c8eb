import { expect, test } from 'vitest';

import { kindNamed } from '../../../../test/support/kinds.ts';
import { Budget } from '../../../answers/index.ts';
import type { KindFound, KindsFound } from '../../../operations/index.ts';
import { kindsAnswer, type KindsScene } from './kinds-answer.ts';
import { pageOf } from './paging.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const kind = (group: string, version: string, name: string, resource: string, more: Partial<KindFound> = {}): KindFound => ({
  ...kindNamed(name, { group, version, resource, verbs: VERBS }),
  otherVersions: [],
  ...more,
});

const KINDS = [
  kind('', 'v1', 'Node', 'nodes', { namespaced: false, shortNames: ['no'] }),
  kind('', 'v1', 'Pod', 'pods', { shortNames: ['po'] }),
  kind('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    shortNames: ['hpa'],
    otherVersions: ['v1'],
  }),
  kind('authorization.k8s.io', 'v1', 'SubjectAccessReview', 'subjectaccessreviews', { namespaced: false, verbs: ['create'] }),
];

const found = (more: Partial<KindsFound> = {}): KindsFound => ({ kinds: KINDS, served: 4, broken: [], nearest: [], ...more });

const scene = (input: { readonly limit?: number; readonly cursor?: string } = {}, search?: string): KindsScene => ({
  cluster: 'test',
  search,
  narrowed: [],
  page: pageOf('kube_kinds', input, 'test', { cursorKey: Buffer.alloc(32, 1) }),
});

test('all kinds stand under their group, a line each', () => {
  expect(kindsAnswer(found({ broken: ['metrics.k8s.io/v1beta1'] }), scene()).text(new Budget())).toMatchInlineSnapshot(`
    "4 kinds of cluster test; namespaced unless marked.
    Not answering now, so that their kinds may be missing: metrics.k8s.io/v1beta1.

    v1 (core):
    nodes (no) Node cluster-scoped
    pods (po) Pod

    autoscaling/v2:
    horizontalpodautoscalers (hpa) HorizontalPodAutoscaler, also v1

    authorization.k8s.io/v1:
    subjectaccessreviews SubjectAccessReview cluster-scoped, only create"
  `);
});

test('a search says how much it found, and nothing says what is nearest', () => {
  const [, pods] = KINDS;
  expect(kindsAnswer(found({ kinds: KINDS.slice(1, 2) }), scene({}, 'pods')).text(new Budget())).toMatch(
    /^1 of 4 kinds of cluster test \(search "pods"\), all namespaced\./,
  );
  expect(kindsAnswer(found({ kinds: [], nearest: pods === undefined ? [] : [pods] }), scene({}, 'podz')).text(new Budget())).toBe(
    'No kind of cluster test fits search "podz" (4 kinds in all). Nearest: pods (v1).',
  );
});

test('pages follow each other without gap or overlap, in text and in data', () => {
  for (const form of ['text', 'data'] as const) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = kindsAnswer(found(), scene({ limit: 3, ...(cursor !== undefined && { cursor }) }));
      if (form === 'text') {
        const text = answer.text(new Budget());
        seen.push(...KINDS.filter((each) => text.includes(`\n${each.resource}`)).map((each) => each.resource));
        cursor = /next: cursor "(.+)"/.exec(text)?.[1];
      } else {
        const data = answer.data(new Budget()) as { kinds: { resource: string }[]; cursor?: string };
        seen.push(...data.kinds.map((each) => each.resource));
        cursor = data.cursor;
      }
    } while (cursor !== undefined);
    expect(seen).toEqual(KINDS.map((each) => each.resource));
  }
});

test('the budget holds', () => {
  const many = Array.from({ length: 500 }, (_, index) => kind('example.com', 'v1', `Kind${index}`, `kind${index}s`));
  const text = kindsAnswer(found({ kinds: many, served: 500 }), scene()).text(new Budget(300));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900);
  expect(text).toMatch(/… \d+ more\nnext: cursor/);
});
