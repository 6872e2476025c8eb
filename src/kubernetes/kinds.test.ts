import { describe, expect, it } from 'vitest';

import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../test/support/discovery.ts';
import { discover, type ResourceKind } from './discovery.ts';
import { KindIndex } from './kinds.ts';

const index = new KindIndex(
  await discover(async ({ nonResource }) => (nonResource === '/api' ? AGGREGATED_CORE : AGGREGATED_GROUPS), 'prod'),
);
const say = ({ group, version, resource }: ResourceKind): string =>
  [group, version, resource].filter((part) => part !== '').join('/');
const resolve = (text: string): string => say(index.resolve(text, 'prod').kind);
const refusal = (text: string): { message: string; advice: string | undefined } => {
  try {
    index.resolve(text, 'prod');
  } catch (error) {
    return error as { message: string; advice: string | undefined };
  }
  throw new Error('it was found');
};

describe('a name that kubectl accepts', () => {
  it.each([
    ['pods', 'v1/pods'],
    ['pod', 'v1/pods'],
    ['po', 'v1/pods'],
    ['Pod', 'v1/pods'],
    ['PODS', 'v1/pods'],
    [' pods ', 'v1/pods'],
    ['v1/pods', 'v1/pods'],
    ['v1/Pod', 'v1/pods'],
    ['core/pods', 'v1/pods'],
    ['pods.v1', 'v1/pods'],
    ['pods.core', 'v1/pods'],
    ['deployments', 'apps/v1/deployments'],
    ['Deployment', 'apps/v1/deployments'],
    ['deploy', 'apps/v1/deployments'],
    ['deployments.apps', 'apps/v1/deployments'],
    ['Deployment.apps', 'apps/v1/deployments'],
    ['deploy.apps', 'apps/v1/deployments'],
    ['deployments.v1.apps', 'apps/v1/deployments'],
    ['apps/deployments', 'apps/v1/deployments'],
    ['apps/v1/Deployment', 'apps/v1/deployments'],
    ['APPS/V1/DEPLOYMENTS', 'apps/v1/deployments'],
    ['hpa', 'autoscaling/v2/horizontalpodautoscalers'],
    ['hpa.autoscaling', 'autoscaling/v2/horizontalpodautoscalers'],
    ['autoscaling/hpa', 'autoscaling/v2/horizontalpodautoscalers'],
    ['autoscaling/v1/hpa', 'autoscaling/v1/horizontalpodautoscalers'],
    ['hpa.v1.autoscaling', 'autoscaling/v1/horizontalpodautoscalers'],
    ['events', 'v1/events'],
    ['ev', 'v1/events'],
    ['events.events.k8s.io', 'events.k8s.io/v1/events'],
    ['events.v1.events.k8s.io', 'events.k8s.io/v1/events'],
    ['events.k8s.io/v1/Event', 'events.k8s.io/v1/events'],
    ['th', 'abbreviations.example/v1/things'],
  ])('%j is %s', (text, kind) => {
    expect(resolve(text)).toBe(kind);
  });

  it('that is one kind in full and short for another means the one in full', () => {
    expect(resolve('widgets')).toBe('widgets.example/v1alpha1/widgets');
    expect(index.resolve('widgets', 'prod').others.map(say)).toEqual(['abbreviations.example/v1/things']);
  });

  it('that several groups serve means the first, and tells of the others', () => {
    expect(index.resolve('events', 'prod').others.map(say)).toEqual(['events.k8s.io/v1/events']);
    expect(index.resolve('events.events.k8s.io', 'prod').others).toEqual([]);
    expect(index.resolve('hpa', 'prod').others).toEqual([]);
  });
});

describe('several', () => {
  const many = (text: string): string[] => index.resolveMany(text, 'prod').map(({ kind }) => say(kind));

  it('stand in the order in which they were named, each once', () => {
    expect(many('svc, po,pods,Deployment')).toEqual(['v1/services', 'v1/pods', 'apps/v1/deployments']);
  });

  it('can be a category, which holds the preferred versions', () => {
    expect(many('all')).toEqual([
      'v1/pods',
      'v1/services',
      'apps/v1/deployments',
      'apps/v1/replicasets',
      'autoscaling/v2/horizontalpodautoscalers',
    ]);
    expect(many('ALL,ns,po')).toEqual([...many('all'), 'v1/namespaces']);
  });

  it.each(['', ' ', ',', ' , '])('are at least one: %j', (text) => {
    expect(() => many(text)).toThrow(
      expect.objectContaining({ code: 'unknown-kind', field: 'kind', message: 'No kind was named.' }),
    );
  });

  it('fail with the one that is unknown', () => {
    expect(() => many('pods,deploymnts')).toThrow('No kind "deploymnts" on cluster prod.');
  });
});

describe('an unknown name', () => {
  it('is told with the nearest, and with the groups that do not answer', () => {
    expect(refusal('deploymnts')).toMatchObject({
      code: 'unknown-kind',
      field: 'kind',
      message:
        'No kind "deploymnts" on cluster prod. Nearest: deployments (apps/v1, short "deploy"). These API groups do not answer now, it may be in one of them: metrics.k8s.io/v1beta1.',
      advice: undefined,
    });
  });

  it('in a group that does not have it is told with the group that does', () => {
    expect(refusal('deployments.extensions').message).toContain('Nearest: deployments (apps/v1, short "deploy").');
    expect(refusal('extensions/v1beta1/deployments').message).toContain('Nearest: deployments (apps/v1, short "deploy").');
  });

  it('behind a kind may be the name of an object', () => {
    expect(refusal('Deploy/web')).toMatchObject({
      message: 'No kind "Deploy/web" on cluster prod: "Deploy" is one.',
      advice: 'If "web" is a name, give it as "name".',
    });
    expect(refusal('deploymnt/web').message).toMatch(/^No kind "deploymnt\/web" on cluster prod\. These/);
  });

  it('that is like nothing leads to kube_kinds', () => {
    expect(refusal('xyzzyxyzzy')).toMatchObject({ advice: 'kube_kinds lists what the cluster serves.' });
  });

  it.each(['', '/', '//', 'a/b/c/d', 'apps/x/y/deployments', 'pods/', 'pods/log', '.', 'constructor', '__proto__'])(
    '%j does no harm',
    (text) => {
      expect(refusal(text)).toMatchObject({ code: 'unknown-kind' });
    },
  );

  it('of any length is quoted in short', () => {
    expect(refusal('x'.repeat(10_000)).message.length).toBeLessThan(400);
  });
});

it('the kind of an object is found by its apiVersion and kind, in their own spelling', () => {
  expect(index.ofObject('autoscaling/v1', 'HorizontalPodAutoscaler')?.version).toBe('v1');
  expect(index.ofObject('v1', 'Pod')?.resource).toBe('pods');
  expect(index.ofObject('v1', 'pod')).toBeUndefined();
  expect(index.ofObject('apps/v1', 'Pod')).toBeUndefined();
});
