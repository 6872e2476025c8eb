import { expect, test } from 'vitest';

import { applyOrder, rankOf } from './order.ts';
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

const LATE =
  /^(\/Pod|\/ReplicationController|apps\/|batch\/|autoscaling\/|policy\/|.*\/Ingress|apiregistration|admissionregistration)\b/;

test('every kind comes after what it needs', () => {
  const needed: readonly (readonly [needed: string, by: string])[] = [
    ['/Namespace', '/ServiceAccount'],
    ['/Namespace', 'shop.test/Widget'],
    ['apiextensions.k8s.io/CustomResourceDefinition', 'shop.test/Widget'],
    ['scheduling.k8s.io/PriorityClass', '/Pod'],
    ['storage.k8s.io/StorageClass', '/PersistentVolumeClaim'],
    ['storage.k8s.io/CSIDriver', '/PersistentVolume'],
    ['/ResourceQuota', '/ConfigMap'],
    ['/LimitRange', '/ConfigMap'],
    ['/ServiceAccount', 'rbac.authorization.k8s.io/RoleBinding'],
    ['rbac.authorization.k8s.io/Role', '/Pod'],
    ['rbac.authorization.k8s.io/ClusterRole', 'apps/Deployment'],
    ['rbac.authorization.k8s.io/ClusterRoleBinding', 'batch/Job'],
    ['networking.k8s.io/NetworkPolicy', '/Pod'],
    ['networking.k8s.io/IngressClass', 'networking.k8s.io/Ingress'],
    ['/Secret', 'apps/Deployment'],
    ['/ConfigMap', 'apps/StatefulSet'],
    ['/PersistentVolume', '/Pod'],
    ['/PersistentVolumeClaim', 'apps/StatefulSet'],
    ['/Service', 'apps/StatefulSet'],
    ['/Service', 'networking.k8s.io/Ingress'],
    ['shop.test/Widget', '/Pod'],
    ['shop.test/Widget', '/ReplicationController'],
    ['shop.test/Widget', 'apps/ReplicaSet'],
    ['shop.test/Widget', 'apps/DaemonSet'],
    ['apps/Deployment', 'autoscaling/HorizontalPodAutoscaler'],
    ['batch/CronJob', 'autoscaling/HorizontalPodAutoscaler'],
    ['apps/StatefulSet', 'policy/PodDisruptionBudget'],
    ['/Service', 'apiregistration.k8s.io/APIService'],
    ['apps/Deployment', 'apiregistration.k8s.io/APIService'],
    ['apps/Deployment', 'admissionregistration.k8s.io/MutatingWebhookConfiguration'],
    ['networking.k8s.io/Ingress', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
    ['batch/Job', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
  ];
  const rank = (name: string): number => {
    const [group = '', kind = ''] = name.split('/');
    return rankOf({ group, kind });
  };
  for (const [first, second] of needed) expect([first, second, rank(first) < rank(second)]).toEqual([first, second, true]);
  // Whatever a custom resource may refer to is there before it, and what may need it comes after.
  const early = needed.map(([name]) => name).filter((name) => !LATE.test(name) && name !== 'shop.test/Widget');
  for (const name of early) expect([name, rank(name) < rank('shop.test/Widget')]).toEqual([name, true]);
  const late = needed.flatMap((pair) => pair).filter((name) => LATE.test(name));
  for (const name of late) expect([name, rank(name) > rank('shop.test/Widget')]).toEqual([name, true]);
  // A kind of another group that has the same name is another kind.
  expect(rank('shop.test/Namespace')).toBe(rank('shop.test/Widget'));
  expect(rank('shop.test/Ingress')).toBe(rank('shop.test/Widget'));
});

test('pods that are evicted go in the order of the caller', () => {
  const steps = ['evict Deployment', 'evict ConfigMap', 'evict Deployment'] as const;
  expect(ordered(...steps)).toEqual([...steps]);
});
