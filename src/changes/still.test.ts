import { describe, expect, test } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { shown } from './shown.ts';
import { checkStill, fingerprintOf, isGoneAlready, partOf, sayChanges, type Expected } from './still.ts';
import type { PatchStep, Step } from './step.ts';

const key = Buffer.alloc(32, 1);
const cluster = 'prod';
const subject = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' };
const apply: Step = { action: 'apply', cluster, object: {} };
const evict: Step = { action: 'evict', cluster, subject };
const patchOf = (subresource?: string): PatchStep => ({
  action: 'patch',
  cluster,
  subject,
  type: 'merge',
  patch: {},
  subresource,
});

const pod = (more: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', resourceVersion: '1', ...metadata },
  ...more,
});

/** What is wrong when the plan saw `seen` and `live` is there now; undefined when nothing is. */
function stale(step: Step, seen: KubernetesObject | null, live: KubernetesObject | null): string | undefined {
  const expected: Expected = {
    target: { subject: { cluster, ...subject } } as Expected['target'],
    step,
    fingerprint: seen === null ? null : fingerprintOf(step, seen, key),
    base: shown(seen) ?? null,
  };
  try {
    checkStill(expected, live, key);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'plan-stale', field: 'plan', advice: expect.stringContaining('anew') });
    return (error as Error).message;
  }
}

describe('a plan is still true', () => {
  test('while its object is as it was, or is still not there', () => {
    expect(stale(apply, pod({ spec: { a: 1 } }), pod({ spec: { a: 1 } }))).toBeUndefined();
    expect(stale(apply, null, null)).toBeUndefined();
  });

  test('when only versions, the status and what managers own have moved on', () => {
    const later = pod({ spec: { a: 1 }, status: { seen: 2 } }, { resourceVersion: '9', generation: 3, managedFields: [{}] });
    expect(stale(apply, pod({ spec: { a: 1 } }), later)).toBeUndefined();
  });

  test('of a step on the status only while the status is the same', () => {
    const [before, after] = [pod({ status: { seen: 1 } }), pod({ status: { seen: 2 } })];
    expect(stale(patchOf('status'), before, before)).toBeUndefined();
    expect(stale(patchOf('status'), before, after)).toContain('has been changed');
    for (const subresource of [undefined, 'scale', 'ephemeralcontainers']) {
      expect(stale(patchOf(subresource), before, after)).toBeUndefined();
      expect(partOf(patchOf(subresource))).toBeUndefined();
    }
    expect(partOf(apply)).toBeUndefined();
  });
});

describe('a plan is stale', () => {
  test('when its object is gone, has appeared, or is another, and says which of it', () => {
    const seen = pod({ spec: { a: 1 } });
    expect(stale(apply, seen, null)).toContain('Pod web in namespace shop is not there any more');
    expect(stale(apply, null, seen)).toContain('Pod web in namespace shop has been made by somebody else');
    expect(stale(apply, seen, pod({ spec: { a: 2 } }))).toContain('has been changed: spec.a 1 → 2.');
  });

  test('whatever key its fingerprint was made with, if that was another', () => {
    const seen = pod({ spec: {} });
    expect(fingerprintOf(apply, seen, key)).not.toBe(fingerprintOf(apply, seen, Buffer.alloc(32, 2)));
  });
});

describe('a pod that is to be evicted', () => {
  test('is known by its uid: whatever else changes of it, it is the same', () => {
    expect(stale(evict, pod({ spec: { a: 1 } }), pod({ spec: { a: 2 } }))).toBeUndefined();
    expect(isGoneAlready(evict, fingerprintOf(evict, pod({}), key), pod({ spec: { a: 2 } }), key)).toBe(false);
  });

  test('and that has gone by itself is no reason to stop, even where another has taken its name', () => {
    const fingerprint = fingerprintOf(evict, pod({}), key);
    for (const live of [null, pod({}, { uid: 'u-2' })]) {
      expect(stale(evict, pod({}), live)).toBeUndefined();
      expect(isGoneAlready(evict, fingerprint, live, key)).toBe(true);
    }
  });

  test('is the only one that may be gone: what is to be deleted must be there', () => {
    const remove: Step = { action: 'delete', cluster, subject };
    expect(isGoneAlready(remove, fingerprintOf(remove, pod({}), key), null, key)).toBe(false);
    expect(stale(remove, pod({}), null)).toContain('not there any more');
  });
});

describe('what changed', () => {
  test('is said by the field: what is new, what is gone, what became what', () => {
    const changes = [
      { path: 'a', after: 'x' },
      { path: 'b', before: 1 },
      { path: 'c', before: 1, after: { d: 2 } },
    ];
    expect(sayChanges(changes)).toBe('a is new ("x"), b is gone, c 1 → {"d":2}');
  });

  test('is said to be hidden where it may not be shown', () => {
    expect(sayChanges([])).toBe('a value that is hidden');
  });

  test('is counted where it is too much, and cut where a value is long', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({ path: `f${index}`, before: 1 }));
    expect(sayChanges(many)).toMatch(/f4 is gone, f5 is gone and 2 more$/);
    expect(sayChanges(many.slice(0, 6))).toMatch(/f5 is gone$/);
    const [long, short] = ['x'.repeat(79), 'x'.repeat(78)];
    expect(sayChanges([{ path: 'a', after: long }])).toContain('x…)');
    expect(sayChanges([{ path: 'a', after: short }])).toContain(`"${short}")`);
  });
});
