import { describe, expect, it } from 'vitest';

import type { DraftObject } from '../model.ts';
import { defaulted } from './defaults.ts';
import { builtIn, custom } from './types.fake.ts';

const draft = (apiVersion: string, kind: string, fields: Readonly<Record<string, unknown>>): DraftObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  ...fields,
});
const POD = builtIn('', 'v1', 'Pod');
const pod = (container: Readonly<Record<string, unknown>>): unknown =>
  defaulted(POD, draft('v1', 'Pod', { spec: { containers: [{ name: 'a', ...container }] } }));

describe('defaulted', () => {
  it('forgets how long clients are kept to one pod when they no longer are', () => {
    const service = (sessionAffinity: string): DraftObject =>
      draft('v1', 'Service', { spec: { sessionAffinity, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } } });
    const SERVICE = builtIn('', 'v1', 'Service');
    expect(defaulted(SERVICE, service('None'))['spec']).not.toHaveProperty('sessionAffinityConfig');
    expect(defaulted(SERVICE, service('ClientIP'))).toMatchObject({
      spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    });
  });

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['registry:5000/nginx', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['nginx@sha256:0', 'IfNotPresent'],
  ])('pulls %s %s', (image, imagePullPolicy) => {
    expect(pod({ image })).toMatchObject({ spec: { containers: [{ imagePullPolicy }] } });
  });

  it('makes requests of limits in a pod, and not in a template', () => {
    const resources = { limits: { cpu: '1' } };
    expect(pod({ resources })).toMatchObject({ spec: { containers: [{ resources: { requests: { cpu: '1' } } }] } });
    const template = { spec: { containers: [{ name: 'a', resources }] } };
    const deployment = defaulted(builtIn('apps', 'v1', 'Deployment'), draft('apps/v1', 'Deployment', { spec: { template } }));
    expect(deployment['spec']).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
    });
    expect(deployment['spec']).not.toHaveProperty('template.spec.containers[0].resources.requests');
  });

  it('gives back the very object when nothing is missing', () => {
    const once = pod({ image: 'nginx' }) as DraftObject;
    expect(defaulted(POD, once)).toEqual(once);
    const plain = draft('v1', 'ConfigMap', { data: {} });
    expect(defaulted(builtIn('', 'v1', 'ConfigMap'), plain)).toBe(plain);
  });

  it("fills a custom kind from its definition's schema", () => {
    const spec = {
      type: 'object',
      default: {},
      properties: { size: { type: 'integer', default: 3 }, on: { type: 'boolean' } },
    } as const;
    expect(defaulted(custom({ type: 'object', properties: { spec } }), draft('example.com/v1', 'Widget', {}))['spec']).toEqual({
      size: 3,
    });
  });

  it('takes an empty text for none in a built-in kind, and for a text in a custom one', () => {
    const spec = { type: 'object', properties: { tier: { type: 'string', default: 'free' } } } as const;
    const type = custom({ type: 'object', properties: { spec } });
    expect(defaulted(type, draft('example.com/v1', 'Widget', { spec: { tier: '' } }))['spec']).toEqual({ tier: '' });
    const service = draft('v1', 'Service', { spec: { type: '', ports: [] } });
    expect(defaulted(builtIn('', 'v1', 'Service'), service)['spec']).toMatchObject({ type: 'ClusterIP' });
  });
});
