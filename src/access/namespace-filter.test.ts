import { expect, test } from 'vitest';

import type { ResourceRequest } from '../kubernetes/index.ts';
import { normalisePolicy } from './policy.ts';
import { createResponseFilter } from './response-filter.ts';

const filter = createResponseFilter({ policy: normalisePolicy({ namespaces: { allow: ['shop', 'team-*'], deny: ['team-x'] } }) });
const list: ResourceRequest = { verb: 'list', group: '', version: 'v1', resource: 'pods' };
const pod = (namespace: string) => ({ metadata: { name: 'web', namespace, resourceVersion: '7' } });

test('a list over all namespaces holds those that are allowed, and what has no namespace', () => {
  const body = {
    kind: 'PodList',
    metadata: { continue: 'x' },
    items: [pod('shop'), pod('kube-system'), pod('team-a'), pod('team-x'), { metadata: { name: 'n1' } }],
  };
  expect(filter.apply(list, body)).toEqual({
    kind: 'PodList',
    metadata: { continue: 'x' },
    items: [pod('shop'), pod('team-a'), { metadata: { name: 'n1' } }],
  });
});

test('a list of one namespace is left alone: the gate has judged it', () => {
  const body = { items: [pod('kube-system')] };
  expect(filter.apply({ ...list, namespace: 'shop' }, body)).toEqual(body);
});

test('a list of Namespaces holds those that are allowed', () => {
  const body = { items: ['shop', 'kube-system', 'team-x'].map((name) => ({ metadata: { name } })) };
  expect(filter.apply({ ...list, resource: 'namespaces' }, body)).toEqual({ items: [{ metadata: { name: 'shop' } }] });
});

test('rows of a Table are told by their objects, and dropped where they have none', () => {
  const row = (namespace?: string) => ({ cells: ['web', 'Running'], ...(namespace !== undefined && { object: pod(namespace) }) });
  const table = (rows: unknown[]) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [{ name: 'Name' }, { name: 'Status' }],
    rows,
  });
  expect(
    filter.apply(list, table([row('shop'), row('kube-system'), row(), { cells: [], object: { metadata: { name: 'n1' } } }])),
  ).toEqual(table([row('shop'), { cells: [], object: { metadata: { name: 'n1' } } }]));
});

test('Namespaces in a Table without objects are told by their name', () => {
  const table = (...names: string[]) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [{ name: 'Status' }, { name: 'Name' }],
    rows: names.map((name) => ({ cells: ['Active', name], object: null })),
  });
  expect(filter.apply({ ...list, resource: 'namespaces' }, table('shop', 'kube-system', 'team-x', 'team-b'))).toEqual(
    table('shop', 'team-b'),
  );
});

test('an event about what may not be seen only says how far the watch has come', () => {
  const watch: ResourceRequest = { ...list, verb: 'watch' };
  const event = (namespace: string) => ({
    type: 'ADDED',
    object: { apiVersion: 'v1', kind: 'Pod', spec: { a: 1 }, ...pod(namespace) },
  });
  expect(filter.apply(watch, event('shop'))).toEqual(event('shop'));
  expect(filter.apply(watch, event('kube-system'))).toEqual({
    type: 'BOOKMARK',
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '7' } },
  });
  const error = { type: 'ERROR', object: { kind: 'Status', code: 410 } };
  expect(filter.apply(watch, structuredClone(error))).toEqual(error);
  const table = (rows: unknown[], columnDefinitions: unknown[] = []) => ({
    type: 'ADDED',
    object: { kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions, rows },
  });
  expect(filter.apply(watch, table([{ cells: ['web'], object: pod('kube-system') }]))).toEqual(table([]));
  const namespaces: ResourceRequest = { ...watch, resource: 'namespaces' };
  filter.apply(namespaces, table([{ cells: ['Active', 'shop'] }], [{ name: 'Status' }, { name: 'Name' }]));
  expect(filter.apply(namespaces, table([{ cells: ['Active', 'kube-system'] }, { cells: ['Active', 'shop'] }]))).toEqual(
    table([{ cells: ['Active', 'shop'] }]),
  );
});

test('without rules nothing is filtered', () => {
  const open = createResponseFilter({ policy: normalisePolicy() });
  expect(open.apply(list, { items: [pod('kube-system')] })).toEqual({ items: [pod('kube-system')] });
});

test('what names its object or its namespace is left alone, rows without objects as well', () => {
  const table = () => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [{ name: 'Name' }],
    rows: [{ cells: ['x'] }],
  });
  const named: ResourceRequest = { ...list, verb: 'get', resource: 'nodes', name: 'x' };
  expect(filter.apply(named, table())).toEqual(table());
  expect(filter.apply({ ...list, namespace: 'shop' }, table())).toEqual(table());
  const body = { items: [pod('kube-system')] };
  expect(filter.apply({ verb: 'get', nonResource: '/version' }, structuredClone(body))).toEqual(body);
  expect(filter.apply(list, { items: 'none' })).toEqual({ items: 'none' });
  expect(filter.apply(list, {})).toEqual({});
});

test('errors and bookmarks of a watch of Namespaces are passed on whole', () => {
  const watch: ResourceRequest = { ...list, verb: 'watch', resource: 'namespaces' };
  for (const event of [
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    {
      type: 'BOOKMARK',
      object: { kind: 'Namespace', metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } },
    },
    { type: 'ADDED', object: null },
    { type: 'ADDED', object: 'none' },
  ])
    expect(filter.apply(watch, structuredClone(event))).toEqual(event);
});

test('Namespaces in a Table that never had columns are told by the first cell', () => {
  const rows = (...names: string[]) => names.map((name) => ({ cells: [name, 'Active'] }));
  const event = (...names: string[]) => ({
    type: 'ADDED',
    object: { kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: rows(...names) },
  });
  const watch: ResourceRequest = { ...list, verb: 'watch', resource: 'namespaces' };
  expect(filter.apply(watch, event('kube-system', 'shop'))).toEqual(event('shop'));
});
