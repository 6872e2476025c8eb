import { describe, expect, it } from 'vitest';

import { decoded } from './decode.ts';
import { builtIn, custom } from './types.fake.ts';

const DEPLOYMENT = builtIn('apps', 'v1', 'Deployment');
const deployment = (spec: unknown): unknown => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });

describe('decoding a built-in kind', () => {
  it('drops what Go does not keep and writes what Go always writes', () => {
    const { object } = decoded(
      DEPLOYMENT,
      deployment({ replicas: 0, paused: false, minReadySeconds: 0, selector: null }),
      'Warn',
    );
    expect(object['spec']).toEqual({
      replicas: 0,
      selector: null,
      strategy: {},
      template: { metadata: {}, spec: { containers: null } },
    });
    expect(object['status']).toEqual({});
  });

  it('gives quantities their one form', () => {
    const resources = { limits: { cpu: 0.5, memory: '1024Mi' } };
    const { object } = decoded(
      DEPLOYMENT,
      deployment({ template: { spec: { containers: [{ name: 'a', resources }] } } }),
      'Warn',
    );
    expect(object).toMatchObject({
      spec: { template: { spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '1Gi' } } }] } } },
    });
  });

  it('warns of unknown fields, or refuses them', () => {
    const body = deployment({ foo: 1, template: { spec: { containers: [{ name: 'a', bar: 2 }] } } });
    expect(decoded(DEPLOYMENT, body, 'Warn').warnings).toEqual([
      'unknown field "spec.foo"',
      'unknown field "spec.template.spec.containers[0].bar"',
    ]);
    expect(() => decoded(DEPLOYMENT, body, 'Strict')).toThrow(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", unknown field "spec.template.spec.containers[0].bar"',
    );
    expect(decoded(DEPLOYMENT, body, 'Ignore').warnings).toEqual([]);
  });

  it('knows no field by what every object of JavaScript has', () => {
    const { object, warnings } = decoded(DEPLOYMENT, deployment({ constructor: 1, toString: {} }), 'Warn');
    expect(Object.keys(object['spec'] as object)).not.toContain('constructor');
    expect(warnings).toEqual(['unknown field "spec.constructor"', 'unknown field "spec.toString"']);
  });

  it.each([
    [{ replicas: 'x' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [
      { template: 5 },
      'json: cannot unmarshal number into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec',
    ],
  ])('refuses %o', (spec, message) => {
    expect(() => decoded(DEPLOYMENT, deployment(spec), 'Warn')).toThrow(
      `Deployment in version "v1" cannot be handled as a Deployment: ${message}`,
    );
  });

  it('tells what a patch made of an object', () => {
    const by = { type: 'strategic', patch: { spec: { replicas: 'x' } } } as const;
    expect(() => decoded(DEPLOYMENT, deployment({ replicas: 'x' }), 'Warn', by)).toThrow(
      '"" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": ',
    );
  });
});

describe('decoding a custom kind', () => {
  const WIDGET = custom({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'integer' },
          tier: { type: 'string', default: 'free' },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          nil: { type: 'string', nullable: true },
        },
      },
    },
  });

  it('prunes what the schema does not know', () => {
    const spec = { size: null, foo: 1, free: { any: [null] }, nil: null };
    const { object, warnings } = decoded(WIDGET, { metadata: { name: 'w', labels: {} }, spec }, 'Warn');
    expect(object).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { free: { any: [null] }, nil: null },
    });
    expect(warnings).toEqual(['unknown field "spec.foo"']);
  });

  it('leaves the nulls of an apply for the schema to refuse, where no default takes their place', () => {
    const body = { metadata: { name: 'w', labels: null }, spec: { size: null, tier: null, nil: null } };
    expect(decoded(WIDGET, body, 'Warn', 'apply').object).toMatchObject({
      metadata: { name: 'w' },
      spec: { size: null, nil: null },
    });
    expect(decoded(WIDGET, body, 'Warn', 'apply').object['spec']).not.toHaveProperty('tier');
    expect(decoded(WIDGET, body, 'Warn').object['spec']).toEqual({ nil: null });
  });
});
