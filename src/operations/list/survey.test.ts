import { expect, test } from 'vitest';

import type { KubernetesObject } from '../../kubernetes/index.ts';
import { connectionTo } from '../../../test/support/connection.ts';
import { kindNamed } from '../../../test/support/kinds.ts';
import { namedSurvey, survey } from './survey.ts';

const DEPLOYMENTS = kindNamed('Deployment', { group: 'apps' });

/** One pod that serves, of the newest template or beside a new one that does not. */
const deployment = (name: string, total: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { replicas: 1 },
  status: { replicas: total, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
});
const OBJECTS = [deployment('done', 1), deployment('stuck', 2)];

const table = (objects: readonly KubernetesObject[]) => ({
  kind: 'Table',
  columnDefinitions: ['Name', 'Ready', 'Up-to-date', 'Available'].map((name) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
  })),
  rows: objects.map((object) => ({ cells: [object.metadata?.name, '1/1', 1, 1], object })),
});

/** Objects that are there when a Table is asked for, and when they are. */
function shop(printed = OBJECTS, there = OBJECTS) {
  return connectionTo(({ path, accept }) => {
    const isTable = accept?.includes('as=Table') === true;
    const name = /deployments\/(\w+)/.exec(path)?.[1];
    if (name === undefined) return { body: isTable ? table(printed) : { kind: 'DeploymentList', metadata: {}, items: there } };
    const found = (isTable ? printed : there).find(({ metadata }) => metadata?.name === name);
    if (found === undefined) return { status: 404, body: { kind: 'Status', reason: 'NotFound', code: 404 } };
    return { body: isTable ? table([found]) : found };
  }).connection;
}

const standings = (found: Awaited<ReturnType<typeof survey>>) =>
  found.rows.map(({ name, standing: { status, well } }) => [name, status, well]);

test('a Deployment whose old pod serves while the new one never comes up is not well, whatever its row says', async () => {
  const found = await survey(shop(), DEPLOYMENTS, ['shop'], {});
  expect(standings(found)).toEqual([
    ['done', 'ready', true],
    ['stuck', 'updating', false],
  ]);
  expect(found.counts).toContainEqual({ status: 'updating', count: 1, well: false });
  expect(standings(await namedSurvey(shop(), DEPLOYMENTS, ['shop'], ['stuck', 'done']))).toEqual(standings(found));
});

test('a Deployment that has come or gone between two looks is told by its row', async () => {
  const found = await survey(shop(OBJECTS, []), DEPLOYMENTS, ['shop'], {});
  expect(standings(found)).toEqual([
    ['done', 'ready', true],
    ['stuck', 'ready', true],
  ]);
  expect(standings(await namedSurvey(shop(OBJECTS, []), DEPLOYMENTS, ['shop'], ['stuck']))).toEqual([['stuck', 'ready', true]]);
});

test('a condition keeps the rows of the objects that fulfil it', async () => {
  const many = ({ status }: KubernetesObject): boolean => (status as { readonly replicas: number }).replicas > 1;
  expect(standings(await survey(shop(), DEPLOYMENTS, ['shop'], {}, many))).toEqual([['stuck', 'updating', false]]);
});
