import { describe, expect, it } from 'vitest';

import type { DraftObject, KubeObject } from '../model.ts';
import { StatusError } from '../status.ts';
import { applied } from './apply.ts';
import { tracked, unchanged } from './track.ts';
import { builtIn, stored } from './types.fake.ts';

const CONFIG_MAP = builtIn('', 'v1', 'ConfigMap');
const DEPLOYMENT = builtIn('apps', 'v1', 'Deployment');
const NOW = Date.UTC(2026, 0, 1);

const configMap = (data: Readonly<Record<string, string>>): DraftObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x' },
  data,
});
const keep = (object: DraftObject): KubeObject => stored(object);
const apply = (live: KubeObject | undefined, intent: DraftObject, manager: string, force = false): KubeObject =>
  keep(applied(CONFIG_MAP, live, intent, { manager, force, now: NOW }));
const ownedBy = ({ metadata }: DraftObject): unknown =>
  Object.fromEntries(
    (metadata?.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, Object.keys(fieldsV1['f:data'] ?? {})]),
  );

function refusalOf(attempt: () => unknown): StatusError['status'] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('server-side apply', () => {
  it('gives every field to who applied it', () => {
    const both = apply(apply(undefined, configMap({ a: '1' }), 'one'), configMap({ b: '2' }), 'two');
    expect(both['data']).toEqual({ a: '1', b: '2' });
    expect(ownedBy(both)).toEqual({ one: ['f:a'], two: ['f:b'] });
    expect(both.metadata.managedFields?.[0]).toEqual({
      manager: 'one',
      operation: 'Apply',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    });
  });

  it('takes away what its manager applies no longer, unless somebody else does', () => {
    const first = apply(apply(undefined, configMap({ a: '1', b: '2' }), 'one'), configMap({ b: '2' }), 'two');
    expect(apply(first, configMap({}), 'one')['data']).toEqual({ b: '2' });
  });

  it('refuses to change what belongs to others, field by field', () => {
    const live = tracked(CONFIG_MAP, undefined, keep(configMap({ a: '1', b: '2' })), { manager: 'kubectl-edit', now: NOW });
    const status = refusalOf(() => apply(live, configMap({ a: '9', b: '9' }), 'two'));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(status.message).toBe('Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.a\n- .data.b');
    expect(status.details?.causes?.[0]).toEqual({
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-edit" using v1',
      field: '.data.a',
    });
  });

  it('takes fields by force', () => {
    const forced = apply(apply(undefined, configMap({ a: '1' }), 'one'), configMap({ a: '2' }), 'two', true);
    expect(ownedBy(forced)).toEqual({ two: ['f:a'] });
  });

  it('shares fields on which managers agree', () => {
    const shared = apply(apply(undefined, configMap({ a: '1' }), 'one'), configMap({ a: '1' }), 'two');
    expect(ownedBy(shared)).toEqual({ one: ['f:a'], two: ['f:a'] });
  });

  it('leaves everything as it was when nothing is new', () => {
    const live = apply(undefined, configMap({ a: '1' }), 'one');
    const again = applied(CONFIG_MAP, live, configMap({ a: '1' }), { manager: 'one', force: false, now: NOW + 60_000 });
    expect(unchanged(live, again)).toBe(true);
  });

  it('lets kubectl go on from its own client-side applies', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(configMap({ a: '1' })) };
    const live = tracked(CONFIG_MAP, undefined, keep({ ...configMap({ a: '1' }), metadata: { name: 'x', annotations } }), {
      manager: 'kubectl-client-side-apply',
      now: NOW,
    });
    expect(apply(live, configMap({ a: '2' }), 'kubectl')['data']).toEqual({ a: '2' });
    expect(() => apply(live, configMap({ a: '2' }), 'another')).toThrow('Apply failed with 1 conflict');
  });

  it('makes nothing of a past of kubectl that cannot be read', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{' };
    const draft = keep({ ...configMap({ a: '1' }), metadata: { name: 'x', annotations } });
    const live = tracked(CONFIG_MAP, undefined, draft, { manager: 'm', now: NOW });
    expect(apply(live, configMap({ b: '2' }), 'kubectl')['data']).toEqual({ a: '1', b: '2' });
    expect(() => apply(live, configMap({ a: '2' }), 'kubectl')).toThrow('Apply failed with 1 conflict');
  });

  it.each([
    [{ ...configMap({}), apiVersion: 'v2' }, 'invalid object type: /v2, Kind=ConfigMap'],
    [{ ...configMap({}), metadata: { managedFields: [] } }, 'metadata.managedFields must be nil'],
    [
      { ...configMap({}), dat: {} },
      'failed to create typed patch object (/x; v1, Kind=ConfigMap): .dat: field not declared in schema',
    ],
  ])('refuses %o', (intent, message) => {
    expect(() => apply(undefined, intent as DraftObject, 'one')).toThrow(message);
  });

  it.each([
    [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
    [
      { template: { spec: { containers: [{ name: 'a' }, { name: 'a' }] } } },
      '.spec.template.spec.containers: duplicate entries for key [name="a"]',
    ],
  ])('refuses a deployment of %o', (spec, message) => {
    const intent = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
    expect(() => applied(DEPLOYMENT, undefined, intent, { manager: 'm', force: false, now: NOW })).toThrow(message);
  });
});

describe('an update', () => {
  it('gives what changed to its writer and takes what went from everybody', () => {
    const live = apply(undefined, configMap({ a: '1', b: '2' }), 'one');
    const next = tracked(CONFIG_MAP, live, { ...live, data: { a: '9' } }, { manager: 'two', now: NOW });
    expect(ownedBy(next)).toEqual({ two: ['f:a'] });
  });

  it('owns items by their keys, and no list that was there before', () => {
    const spec = { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }] }] };
    const draft: DraftObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
    const pod = tracked(builtIn('', 'v1', 'Pod'), undefined, draft, { manager: 'm', now: NOW });
    expect(pod.metadata?.managedFields?.[0]?.fieldsV1['f:spec']).toEqual({
      'f:containers': {
        'k:{"name":"web"}': {
          '.': {},
          'f:image': {},
          'f:name': {},
          'f:ports': { '.': {}, 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
        },
      },
    });
  });

  it('puts the oldest of more than ten writers together', () => {
    let live = keep(tracked(CONFIG_MAP, undefined, configMap({ k0: '' }), { manager: 'm0', now: NOW }));
    for (let i = 1; i < 14; i += 1) {
      const data = { ...(live['data'] as object), [`k${i}`]: '' };
      live = tracked(CONFIG_MAP, live, { ...live, data }, { manager: `m${i}`, now: NOW + i * 1_000 });
    }
    const managers = live.metadata.managedFields?.map(({ manager }) => manager) ?? [];
    expect(managers).toHaveLength(10);
    expect(managers).toContain('ancient-changes');
  });

  it.each([
    ['a text', 'abc'],
    ['a text in it', { 'f:data': 'abc' }],
    ['a key that cannot be read', { 'f:data': { 'k:{': {} } }],
  ])('takes %s for no fields at all', (_, fieldsV1) => {
    const live = apply(undefined, configMap({ a: '1' }), 'one');
    const entry = { ...live.metadata.managedFields?.[0], fieldsV1 };
    const sent = { ...live, data: { a: '2' }, metadata: { ...live.metadata, managedFields: [entry] } } as unknown as KubeObject;
    expect(ownedBy(tracked(CONFIG_MAP, live, sent, { manager: 'two', now: NOW }))).toEqual({ two: ['f:a'] });
  });

  it('does not begin to track what somebody has stopped tracking', () => {
    const live = keep(configMap({ a: '1' }));
    const next = tracked(CONFIG_MAP, live, { ...live, data: { a: '2' } }, { manager: 'm', now: NOW });
    expect(next.metadata).not.toHaveProperty('managedFields');
  });
});
