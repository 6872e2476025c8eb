import { describe, expect, test } from 'vitest';

import type { ResourceRequest } from '../kubernetes/index.ts';
import { normalisePolicy } from './policy.ts';
import { createResponseFilter } from './response-filter.ts';
import { unredacted } from './warrants/index.ts';

const filter = createResponseFilter({ policy: normalisePolicy() });
const get: ResourceRequest = { verb: 'get', group: '', version: 'v1', resource: 'configmaps', namespace: 'shop', name: 'web' };
const list: ResourceRequest = { verb: 'list', group: '', version: 'v1', resource: 'configmaps' };
const secret = () => ({ data: { a: 'cGxhaW4=' } });
const hidden = { data: { a: '<redacted 5 bytes>' } };

describe('lists', () => {
  // Base64 of a text that would be hidden anywhere else.
  const metadata = { continue: Buffer.from('{"start":"password: hunter2 hunter2"}').toString('base64'), resourceVersion: '7' };

  test.each(['list', 'deletecollection'] as const)(
    'of %s: items are redacted, the continuation has to come back as it was',
    (verb) => {
      const body = () => ({ metadata, items: [{ spec: { password: 'plain' } }, null, 'plain', ['plain']] });
      expect(filter.apply({ ...list, verb }, body())).toEqual({
        metadata,
        items: [{ spec: { password: '<redacted 5 bytes>' } }, null, 'plain', ['plain']],
      });
      expect(filter.apply({ ...list, verb, resource: 'secrets' }, { metadata, items: [secret()] })).toEqual({
        metadata,
        items: [hidden],
      });
    },
  );

  test('that are none are redacted as a whole', () => {
    expect(filter.apply({ ...list, resource: 'secrets' }, { ...secret(), items: 'none' })).toEqual({ ...hidden, items: 'none' });
    // An object may have a field of that name.
    const object = { items: [{ note: 'x' }], password: 'plain' };
    expect(filter.apply(get, object)).toEqual({ items: [{ note: 'x' }], password: '<redacted 5 bytes>' });
    expect(filter.apply({ ...get, resource: 'secrets' }, { ...secret(), items: [] })).toEqual({ ...hidden, items: [] });
  });
});

describe('watches', () => {
  const watch: ResourceRequest = { ...list, verb: 'watch', resource: 'secrets' };

  test('the object of an event is redacted', () => {
    expect(filter.apply(watch, { type: 'ADDED', object: secret() })).toEqual({ type: 'ADDED', object: hidden });
    for (const object of [null, 'none'])
      expect(filter.apply(watch, { type: 'ADDED', object })).toEqual({ type: 'ADDED', object });
    expect(filter.apply(watch, secret())).toEqual(hidden);
  });

  test('an object with a field that is called so is no event', () => {
    const body = { ...secret(), object: { note: 'x' } };
    expect(filter.apply({ ...get, resource: 'secrets' }, body)).toEqual({ ...hidden, object: { note: 'x' } });
  });

  test('Tables keep the columns of the first event through events without', () => {
    const asked = { ...watch, resource: 'things' };
    const event = (columns: readonly string[], cell: string) => ({
      type: 'ADDED',
      object: {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        columnDefinitions: columns.map((name) => ({ name })),
        rows: [{ cells: ['x', cell] }],
      },
    });
    filter.apply(asked, event(['Name', 'Password'], 'plain'));
    for (let times = 0; times < 2; times++)
      expect(filter.apply(asked, event([], 'plain'))).toEqual(event([], '<redacted 5 bytes>'));
    // Those of another watch are not its own.
    expect(filter.apply({ ...asked }, event([], 'plain'))).toEqual(event([], 'plain'));
  });
});

describe('what is no object', () => {
  test('a text is redacted, whatever was asked for', () => {
    for (const request of [get, { verb: 'get', nonResource: '/readyz' } as const])
      expect(filter.apply(request, 'x token=hunter2 ok')).toBe('x token=<redacted> ok');
  });

  test('discovery and schemas are made of names only', () => {
    const schema = { password: 'plain' };
    expect(filter.apply({ verb: 'get', nonResource: '/openapi/v3' }, schema)).toEqual({ password: 'plain' });
    for (const body of [null, undefined, 7, true]) expect(filter.apply(get, body)).toBe(body);
  });
});

describe('custody', () => {
  const call = { origin: 'test', custody: unredacted() };

  test('sees texts and Tables as they are', () => {
    expect(filter.apply(get, 'token=hunter2', call)).toBe('token=hunter2');
    const table = () => ({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: [{ name: 'Token' }],
      rows: [{ cells: ['plain'] }],
    });
    expect(filter.apply(list, table(), call)).toEqual(table());
  });

  test('sees no namespace that is out of bounds', () => {
    const bounded = createResponseFilter({ policy: normalisePolicy({ namespaces: { deny: ['other'] } }) });
    const item = (namespace: string) => ({ metadata: { namespace }, data: { password: 'plain' } });
    expect(bounded.apply(list, { items: [item('shop'), item('other')] }, call)).toEqual({ items: [item('shop')] });
  });
});

test('Secrets are shown only where the operator grants it, and he is told how', () => {
  expect(() => createResponseFilter({ policy: normalisePolicy(), revealSecrets: true })).toThrow(
    expect.objectContaining({
      code: 'invalid-setting',
      field: 'revealSecrets',
      advice: expect.stringContaining('--allow-operations secrets'),
    }),
  );
});
