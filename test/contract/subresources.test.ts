import { expect } from 'vitest';

import {
  at,
  createObject,
  getObject,
  patchObject,
  replaceObject,
  textAt,
  type KubernetesObject,
} from '../../src/kubernetes/index.ts';
import { asker } from './harness/ask.ts';
import { contract, deployment, podSpec, type Place } from './harness/index.ts';

/** Nobody makes pods of a Deployment that is paused before its first. */
async function paused({ connection, namespace, image }: Place, name: string): Promise<KubernetesObject> {
  const { kind } = await connection.resolve('deployments');
  return createObject(connection, kind, deployment(name, 0, podSpec(image)), { namespace });
}

contract('subresources', ({ promise }) => {
  promise('a write to an object leaves its status alone, and one to its status leaves all else alone', async (place) => {
    const { connection, namespace } = place;
    const { kind } = await connection.resolve('ingresses');
    const target = { namespace, name: 'halves' };
    const spec = (name: string) => ({ defaultBackend: { service: { name, port: { number: 80 } } } });
    const status = (ip: string) => ({ loadBalancer: { ingress: [{ ip }] } });
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'halves' }, spec: spec('a') };
    const created = await createObject(connection, kind, { ...ingress, status: status('10.0.0.1') }, { namespace });
    expect(created['status']).toEqual({ loadBalancer: {} });
    const both = { spec: spec('b'), status: status('10.0.0.2') };
    const byStatus = await patchObject(connection, kind, { ...target, subresource: 'status' }, 'merge', both);
    expect(byStatus).toMatchObject({ metadata: { generation: 1 }, spec: spec('a'), status: status('10.0.0.2') });
    const byObject = await patchObject(connection, kind, target, 'merge', { spec: spec('c'), status: status('10.0.0.3') });
    expect(byObject).toMatchObject({ metadata: { generation: 2 }, spec: spec('c'), status: status('10.0.0.2') });
  });

  promise('a workload is scaled by its scale, which tells how to find its pods', async (place) => {
    const { connection, namespace, ask } = place;
    const { kind } = await connection.resolve('deployments');
    await paused(place, 'scaled');
    const target = { namespace, name: 'scaled', subresource: 'scale' };
    const scale = await getObject(connection, kind, target);
    expect(scale).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: {
        name: 'scaled',
        namespace,
        uid: expect.any(String),
        resourceVersion: expect.any(String),
        creationTimestamp: expect.any(String),
      },
      spec: {},
      status: { replicas: 0, selector: 'app=scaled' },
    });
    expect(await patchObject(connection, kind, { ...target }, 'merge', { spec: { replicas: 1 } })).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 1 },
    });
    expect(at(await getObject(connection, kind, { namespace, name: 'scaled' }), 'spec', 'replicas')).toBe(1);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/scaled/scale`;
    expect(
      await ask(`PUT ${path}`, { body: { ...scale, metadata: { name: 'scaled', namespace, resourceVersion: '1' } } }),
    ).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', message: expect.stringContaining('deployments.apps "scaled": the object has been modified') },
    });
    expect(
      await ask(`PUT ${path}`, { body: { ...scale, metadata: { name: 'scaled', namespace }, spec: { replicas: -1 } } }),
    ).toMatchObject({
      status: 422,
      body: {
        message: 'Scale.autoscaling "scaled" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      },
    });
    const replaced = await replaceObject(
      connection,
      kind,
      { ...scale, metadata: { name: 'scaled', namespace }, spec: {} },
      { namespace, subresource: 'scale' },
    );
    expect(replaced['spec']).toEqual({});
  });

  promise('a service account gives tokens that log in as it', async ({ connection, namespace, access }) => {
    const { kind } = await connection.resolve('serviceaccounts');
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
    const answer = await createObject(connection, kind, request, { namespace, name: 'default', subresource: 'token' });
    expect(answer).toMatchObject({
      spec: { expirationSeconds: 600 },
      status: { expirationTimestamp: expect.stringMatching(/Z$/) },
    });
    const { server, ca } = access;
    const { ask, close } = asker({ server, ca, token: textAt(answer, 'status', 'token') ?? '' });
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const told = await ask('POST /apis/authentication.k8s.io/v1/selfsubjectreviews', { body: review });
    await close();
    expect(told).toMatchObject({
      status: 201,
      body: {
        status: {
          userInfo: {
            username: `system:serviceaccount:${namespace}:default`,
            groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
          },
        },
      },
    });
  });

  promise('a subresource that a kind does not have is not found', async ({ ask, namespace }) => {
    expect(await ask(`GET /api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt/status`)).toMatchObject({
      status: 404,
      body: { message: 'the server could not find the requested resource' },
    });
  });
});

contract(
  'eviction',
  ({ promise }) => {
    promise('a pod is evicted as long as its budget allows, and not beyond', async (place) => {
      const { connection, namespace, image, admin, ask } = place;
      const { kind } = await connection.resolve('pods');
      const { kind: budgets } = await connection.resolve('poddisruptionbudgets');
      // Pods of nobody: nothing makes another one meanwhile, which would be as good as the evicted one.
      const names = ['guarded-1', 'guarded-2'];
      const pod = { apiVersion: 'v1', kind: 'Pod', spec: podSpec(image) };
      for (const name of names)
        await createObject(connection, kind, { ...pod, metadata: { name, labels: { app: 'guarded' } } }, { namespace });
      const spec = { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } };
      await createObject(
        connection,
        budgets,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'guard' }, spec },
        { namespace },
      );
      const budget = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/guard`;
      await admin.waitForObject(budget, (object) => at(object, 'status', 'disruptionsAllowed') === 1);
      const evict = (name = '') =>
        ask(`POST /api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
          body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
        });
      const [first, second] = names;
      expect(await evict(first)).toMatchObject({ status: 201, body: { kind: 'Status', status: 'Success' } });
      await admin.waitForObject(budget, (object) => at(object, 'status', 'currentHealthy') === 1);
      expect(await evict(second)).toMatchObject({
        status: 429,
        body: {
          reason: 'TooManyRequests',
          message: "Cannot evict pod as it would violate the pod's disruption budget.",
          details: {
            causes: [
              { reason: 'DisruptionBudget', message: 'The disruption budget guard needs 1 healthy pods and has 1 currently' },
            ],
          },
        },
      });
      await admin.waitForObject(`/api/v1/namespaces/${namespace}/pods/${first}`, (object) => object === undefined);
    });
  },
  'node',
);
