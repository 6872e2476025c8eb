import { expect, test } from 'vitest';

import type { KubernetesObject } from '../../kubernetes/index.ts';
import { connectionTo } from '../../../test/support/connection.ts';
import { kindNamed } from '../../../test/support/kinds.ts';
import { namedSurvey, survey } from './survey.ts';
import { reasonsOf } from './why.ts';

const NOW = Date.UTC(2026, 0, 1);
const DEPLOYMENTS = { kind: kindNamed('Deployment', { group: 'apps' }), scope: ['shop'], now: NOW };

/** One pod that serves, of the newest template or beside a new one that does not. */
const deployment = (name: string, total: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { replicas: 1 },
  status: { replicas: total, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
});
const OBJECTS = [deployment('done', 1), deployment('stuck', 2)];

const COLUMNS = ['Name', 'Ready', 'Up-to-date', 'Available'];
const table = (objects: readonly KubernetesObject[], columns: readonly string[]) => ({
  kind: 'Table',
  columnDefinitions: columns.map((name) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
  })),
  rows: objects.map((object) => ({ cells: [object.metadata?.name, '1/1', 1, 1], object })),
});

/** Objects that are there when a Table is asked for, and when they are. */
function shop(printed = OBJECTS, there = OBJECTS, columns = COLUMNS) {
  return connectionTo(({ path, accept }) => {
    const isTable = accept.includes('as=Table');
    const name = /deployments\/(\w+)/.exec(path)?.[1];
    if (name === undefined)
      return { body: isTable ? table(printed, columns) : { kind: 'DeploymentList', metadata: {}, items: there } };
    const found = (isTable ? printed : there).find(({ metadata }) => metadata?.name === name);
    if (found === undefined) return { status: 404, body: { kind: 'Status', reason: 'NotFound', code: 404 } };
    return { body: isTable ? table([found], columns) : found };
  });
}

const standings = (found: Awaited<ReturnType<typeof survey>>) =>
  found.rows.map(({ name, standing: { status, well } }) => [name, status, well]);

test('a Deployment whose old pod serves while the new one never comes up is not well, whatever its row says', async () => {
  const found = await survey(shop().connection, DEPLOYMENTS, {});
  expect(standings(found)).toEqual([
    ['done', 'ready', true],
    ['stuck', 'updating', false],
  ]);
  expect(found.counts).toContainEqual({ status: 'updating', count: 1, well: false });
  expect(standings(await namedSurvey(shop().connection, DEPLOYMENTS, ['stuck', 'done']))).toEqual(standings(found));
});

test('a Deployment that has come or gone between two looks is told by its row', async () => {
  const found = await survey(shop(OBJECTS, []).connection, DEPLOYMENTS, {});
  expect(standings(found)).toEqual([
    ['done', 'ready', true],
    ['stuck', 'ready', true],
  ]);
  expect(standings(await namedSurvey(shop(OBJECTS, []).connection, DEPLOYMENTS, ['stuck']))).toEqual([['stuck', 'ready', true]]);
});

test('a condition keeps the rows of the objects that fulfil it', async () => {
  const many = ({ status }: KubernetesObject): boolean => (status as { readonly replicas: number }).replicas > 1;
  expect(standings(await survey(shop().connection, DEPLOYMENTS, {}, many))).toEqual([['stuck', 'updating', false]]);
});

test('why a Deployment is not well is told by the object that was read already', async () => {
  const overdue = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
  const [, stuck] = OBJECTS;
  const late = { ...stuck, status: { ...(stuck?.['status'] as object), conditions: [overdue] } };
  for (const ask of [
    survey,
    (...[connection, wanted]: Parameters<typeof survey>) => namedSurvey(connection, wanted, ['stuck']),
  ]) {
    const { connection, lines } = shop([late], [late]);
    const { rows } = await ask(connection, DEPLOYMENTS, {});
    const asked = lines().length;
    expect([...(await reasonsOf(connection, DEPLOYMENTS.kind, rows, NOW))]).toEqual([['shop/stuck', rows[0]?.why]]);
    expect(rows[0]?.why).toContain('progress');
    expect(lines().length).toBe(asked);
  }
});

test('why one is not well that was not read is read', async () => {
  const { connection, lines } = shop(OBJECTS, []);
  const { rows } = await survey(connection, DEPLOYMENTS, {});
  expect(rows.map(({ why }) => why)).toEqual([undefined, undefined]);
  expect((await reasonsOf(connection, DEPLOYMENTS.kind, rows, NOW)).size).toBe(0);
  expect(lines().slice(-2)).toEqual([
    'GET /apis/apps/v1/namespaces/shop/deployments/done',
    'GET /apis/apps/v1/namespaces/shop/deployments/stuck',
  ]);
});

test('an autoscaler that does not scale is not well, nor is one that wants more than it may', async () => {
  const kind = kindNamed('HorizontalPodAutoscaler', { group: 'autoscaling', version: 'v2' });
  const autoscaler = (name: string, type: string, status: string, reason: string): KubernetesObject => ({
    metadata: { name, namespace: 'shop' },
    status: { conditions: [{ type, status, reason, lastTransitionTime: '2025-12-31T00:00:00Z' }] },
  });
  const objects = [
    autoscaler('blind', 'ScalingActive', 'False', 'FailedGetResourceMetric'),
    autoscaler('full', 'ScalingLimited', 'True', 'TooManyReplicas'),
    autoscaler('idle', 'ScalingLimited', 'True', 'TooFewReplicas'),
    autoscaler('off', 'ScalingActive', 'False', 'ScalingDisabled'),
  ];
  const found = await survey(shop(objects, objects, ['Name', 'Targets']).connection, { kind, scope: ['shop'], now: NOW }, {});
  expect(standings(found)).toEqual([
    ['blind', 'cannot scale', false],
    ['full', 'at its maximum', false],
    ['idle', undefined, true],
    ['off', undefined, true],
  ]);
});
