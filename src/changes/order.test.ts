import { expect, test } from 'vitest';

import { applyOrder } from './order.ts';
import type { Step } from './step.ts';

const KINDS = {
  Namespace: { group: '' },
  CustomResourceDefinition: { group: 'apiextensions.k8s.io' },
  ConfigMap: { group: '' },
  Deployment: { group: 'apps' },
  Widget: { group: 'shop.test' },
  Service: { group: '' },
} as const;

function ordered(...steps: readonly `${Step['action']} ${keyof typeof KINDS}`[]): string[] {
  const parts = steps.map((text) => text.split(' ') as [Step['action'], keyof typeof KINDS]);
  const targets = parts.map(([, kind]) => ({ kind: { ...KINDS[kind], kind } }));
  const order = applyOrder(
    parts.map(([action]) => ({ action }) as Step),
    targets,
  );
  return order.map((index) => steps[index] ?? '');
}

test('what others need is made first', () => {
  const steps = ['apply Deployment', 'apply Widget', 'apply Service', 'apply ConfigMap'] as const;
  expect(ordered(...steps, 'create CustomResourceDefinition', 'apply Namespace')).toEqual([
    'apply Namespace',
    'create CustomResourceDefinition',
    'apply Service',
    'apply ConfigMap',
    'apply Widget',
    'apply Deployment',
  ]);
});

test('deleting goes the other way round', () => {
  expect(ordered('delete Namespace', 'delete ConfigMap', 'delete Deployment')).toEqual([
    'delete Deployment',
    'delete ConfigMap',
    'delete Namespace',
  ]);
});

test('between different actions the order of the caller stands', () => {
  const steps = [
    'scale Deployment',
    'patch ConfigMap',
    'scale Deployment',
    'apply Namespace',
    'delete Widget',
    'apply ConfigMap',
  ] as const;
  expect(ordered(...steps)).toEqual([...steps]);
});
