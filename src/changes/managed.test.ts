import { expect, test } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { managerOf } from './managed.ts';

const owner = (name: string, controller: boolean) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name, controller });
const marked = (labels: Record<string, string>, annotations: Record<string, string> = {}): KubernetesObject => ({
  metadata: { labels, annotations },
});

test.each<[string, KubernetesObject]>([
  ['the Argo CD application shop', marked({}, { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' })],
  ['the Argo CD application shop', marked({ 'argocd.argoproj.io/instance': 'shop' })],
  ['the Flux Kustomization shop', marked({ 'kustomize.toolkit.fluxcd.io/name': 'shop' })],
  ['the Flux HelmRelease shop', marked({ 'helm.toolkit.fluxcd.io/name': 'shop' })],
  ['the Helm release shop', marked({}, { 'meta.helm.sh/release-name': 'shop' })],
  ['the operator shop.v1', marked({ 'olm.owner': 'shop.v1' })],
  ['the addon manager', marked({ 'addonmanager.kubernetes.io/mode': 'Reconcile' })],
  ['ReplicaSet web-2', { metadata: { ownerReferences: [owner('web-1', false), owner('web-2', true)] } }],
  [
    'ReplicaSet web-1',
    { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' }, ownerReferences: [owner('web-1', true)] } },
  ],
])('%s is known by the mark that it leaves', (manager, object) => {
  expect(managerOf(object)).toBe(manager);
});

test.each<[string, KubernetesObject]>([
  ['has no metadata', {}],
  ['has no marks', marked({ app: 'web' }, { note: 'x' })],
  ['has an empty mark', marked({ 'argocd.argoproj.io/instance': '' })],
  ['the addon manager made, and leaves alone since', marked({ 'addonmanager.kubernetes.io/mode': 'EnsureExists' })],
  ['has an owner that does not control it', { metadata: { ownerReferences: [owner('web', false)] } }],
])('nobody keeps an object that %s', (_, object) => {
  expect(managerOf(object)).toBeUndefined();
});
