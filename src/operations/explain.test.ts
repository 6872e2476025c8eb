import { expect, test } from 'vitest';

import { SCHEMAS } from './explain.fake.ts';
import { explain, type FieldDoc } from './explain.ts';
import { fakeCluster } from './kinds.fake.ts';

const ask = (kind: string, path?: string, depth?: number) => explain(fakeCluster(SCHEMAS).connection, { kind, path, depth });

/** `name type flags`, indented by depth. */
function lines(field: FieldDoc, indent = ''): string[] {
  const flags = [field.required && 'required', field.hidden > 0 && `+${field.hidden}`, field.open && 'open'].filter(
    (flag) => flag !== false,
  );
  return [
    [`${indent}${field.name}`, field.type, ...flags].join(' '),
    ...field.fields.flatMap((child) => lines(child, `${indent}  `)),
  ];
}

test('a kind alone shows its first level', async () => {
  const explained = await ask('deploy');
  expect(explained).toMatchObject({ path: '', otherVersions: [] });
  expect(lines(explained.field)).toEqual([
    'Deployment Deployment',
    '  apiVersion string',
    '  kind string',
    '  metadata ObjectMeta +2',
    '  spec DeploymentSpec +4',
  ]);
});

test('the path may follow the kind, stand apart, and repeat the kind', async () => {
  const expected = ['strategy DeploymentStrategy', '  rollingUpdate RollingUpdateDeployment +1', '  type string'];
  for (const [kind, path] of [
    ['deployment.spec.strategy', undefined],
    ['deployments.v1.apps.spec', 'strategy'],
    ['apps/v1/Deployment', '.spec.strategy'],
    ['deploy', 'deployment.spec.strategy'],
    ['deploy', '$.SPEC.Strategy'],
  ] as const) {
    const explained = await ask(kind, path);
    expect(explained.path).toBe('spec.strategy');
    expect(lines(explained.field)).toEqual(expected);
  }
});

test('lists are passed through, whatever stands in their brackets', async () => {
  for (const path of ['containers.image', 'containers[0].image', 'containers[*].image', 'containers[].image']) {
    expect((await ask('deploy', `spec.template.spec.${path}`)).path).toBe('spec.template.spec.containers[].image');
  }
  const { field } = await ask('deploy', 'spec.template.spec.containers');
  expect(field).toMatchObject({ type: '[]Container', required: true, keys: ['name'] });
  expect(field.fields.map((child) => [child.name, child.default])).toEqual([
    ['image', undefined],
    ['name', undefined],
    ['protocol', 'TCP'],
  ]);
});

test('a map takes any key', async () => {
  expect(await ask('deploy', 'metadata.labels')).toMatchObject({ field: { type: 'map[string]string' } });
  for (const key of ['.app', '["app.kubernetes.io/name"]', "['app']", '.*']) {
    expect(await ask('deploy', `metadata.labels${key}`)).toMatchObject({
      path: 'metadata.labels.*',
      field: { type: 'string', default: undefined },
    });
  }
  expect((await ask('widgets', 'spec.routes["x"].host')).path).toBe('spec.routes.*[].host');
  expect((await ask('widgets', 'spec.routes.host')).path).toBe('spec.routes.*[].host');
});

test('what a CRD says about a field is told', async () => {
  const { field } = await ask('widget', 'spec');
  expect(lines(field)).toEqual([
    'spec Object',
    '  size integer required',
    '  enabled boolean required',
    '  port IntOrString',
    '  extra Object open',
    '  mode string',
    '  routes map[string][]Object +1',
    '  both Object +2',
    '  tree Tree +2',
    '  anything any',
  ]);
  expect(field.rules).toEqual(['size must not exceed limit']);
  expect(field.fields.slice(0, 2)).toMatchObject([{ constraints: { minimum: 1, maximum: 10 } }, { default: true }]);
  expect(field.fields[4]).toMatchObject({ enum: ['fast', 'safe'], default: 'safe', constraints: { nullable: true } });
});

test('allOf is merged, and a type that holds itself ends the descent', async () => {
  expect(lines((await ask('widget', 'spec.both')).field)).toEqual(['both Object', '  left string required', '  right string']);
  expect(lines((await ask('widget', 'spec.tree', 5)).field)).toEqual(['tree Tree', '  value string', '  children []Tree +2']);
});

test('a wrong path names the nearest field, where else it is, and what there is', async () => {
  await expect(ask('deploy', 'spec.replica')).rejects.toThrow(
    'No field "replica" in Deployment.spec; nearest: replicas. Fields: replicas,',
  );
  await expect(ask('deploy', 'spec.containers')).rejects.toThrow(
    'No field "containers" in Deployment.spec. It is at spec.template.spec.containers. Fields: replicas, selector, strategy, template.',
  );
  await expect(ask('deploy', 'spec.replicas.max')).rejects.toThrow(
    'No field "max" in Deployment.spec.replicas (integer), which has no fields.',
  );
  await expect(ask('widget', 'spec.extra.a')).rejects.toThrow('anything is kept there');
  await expect(ask('deploy', 'spec..x[')).rejects.toThrow('is no path of fields');
});

test('an unknown kind is told as one, with the path left out', async () => {
  await expect(ask('deploymnet.spec')).rejects.toThrow(
    'No kind "deploymnet" on cluster test. Nearest: deployments (apps/v1, short "deploy").',
  );
  await expect(ask('pods')).rejects.toThrow('publishes no schema of Pod');
});
