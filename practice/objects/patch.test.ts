import { describe, expect, it } from 'vitest';

import { patched } from './patch.ts';
import { builtIn, custom, stored } from './types.fake.ts';

const POD = builtIn('', 'v1', 'Pod');
const pod = stored({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { labels: { app: 'shop', tier: 'web' }, finalizers: ['a/a', 'b/b'] },
  spec: {
    containers: [
      { name: 'web', image: 'nginx', env: [{ name: 'A', value: '1' }], args: ['x'] },
      { name: 'log', image: 'busybox' },
    ],
    volumes: [{ name: 'v', configMap: { name: 'c' } }],
    nodeSelector: { disk: 'ssd' },
  },
});
const names = (object: unknown): unknown =>
  (object as typeof pod & { spec: { containers: { name: string }[] } }).spec.containers.map(({ name }) => name);
const strategic = (patch: unknown): Readonly<Record<string, unknown>> => patched(POD, 'strategic', pod, patch);

describe('a merge patch', () => {
  it('merges objects, takes away what is null and replaces lists', () => {
    const result = patched(POD, 'merge', pod, {
      metadata: { labels: { tier: null, new: '1' } },
      spec: { containers: [{ name: 'only' }] },
    });
    expect(result.metadata?.labels).toEqual({ app: 'shop', new: '1' });
    expect(names(result)).toEqual(['only']);
  });
});

describe('a strategic merge patch', () => {
  it('merges items by their key, and puts new ones first', () => {
    const result = strategic({
      spec: {
        containers: [
          { name: 'new', image: 'x' },
          { name: 'log', image: 'y' },
        ],
      },
    });
    expect(result['spec']).toMatchObject({
      containers: [{ name: 'new' }, { name: 'web', image: 'nginx' }, { name: 'log', image: 'y' }],
    });
  });

  it('merges lists within items, and replaces those that are no sets', () => {
    const web = { name: 'web', env: [{ name: 'B', value: '2' }], args: ['y'] };
    expect(strategic({ spec: { containers: [web] } })['spec']).toMatchObject({
      containers: [{ env: [{ name: 'B' }, { name: 'A' }], args: ['y'] }, { name: 'log' }],
    });
  });

  it('orders items as it is told', () => {
    expect(names(strategic({ spec: { '$setElementOrder/containers': [{ name: 'log' }, { name: 'web' }] } }))).toEqual([
      'log',
      'web',
    ]);
  });

  it('deletes items, values of lists and whole objects by directive', () => {
    const result = strategic({
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a/a'] },
      spec: { containers: [{ name: 'web', $patch: 'delete' }], nodeSelector: { $patch: 'delete' } },
    });
    expect(names(result)).toEqual(['log']);
    expect(result).toMatchObject({ metadata: { finalizers: ['b/b'] }, spec: { nodeSelector: {} } });
  });

  it('keeps of an object only what it is told to retain', () => {
    const result = strategic({ spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'emptyDir'], emptyDir: {} }] } });
    expect(result['spec']).toMatchObject({ volumes: [{ name: 'v', emptyDir: {} }] });
    expect(result['spec']).not.toHaveProperty('volumes[0].configMap');
  });

  it.each([
    [{ metadata: { labels: { $patch: 'foo' } } }, 'unknown patch type: foo in map: map[$patch:foo]'],
    [{ spec: { containers: [{ image: 'x' }] } }, 'map: map[image:x] does not contain declared merge key: name'],
    [{ spec: { volumes: [{ name: 'v', $retainKeys: ['name'], emptyDir: {} }] } }, 'invalid patch format of retainKeys'],
  ])('%o is refused', (patch, message) => {
    expect(() => strategic(patch)).toThrow(message);
  });

  it('is not known to custom kinds', () => {
    expect(() => patched(custom({ type: 'object' }), 'strategic', pod, {})).toThrow(
      'the body of the request was in an unknown format',
    );
  });
});
