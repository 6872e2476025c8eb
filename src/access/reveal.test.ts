import { expect, it } from 'vitest';

import type { Call } from '../kubernetes/index.ts';
import { normalisePolicy } from './policy.ts';
import { createResponseFilter } from './response-filter.ts';
import { revealing } from './reveal.ts';

const granted = normalisePolicy({ allowedOperations: ['secrets'] });
const request = { verb: 'get', group: '', version: 'v1', resource: 'secrets', namespace: 'shop', name: 'db' } as const;
const seen = (call: Call): unknown => {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { password: 'aHVudGVyMg==' } };
  return (createResponseFilter({ policy: granted }).apply(request, body, call) as typeof body).data.password;
};

it('a call that may reveal sees the values of Secrets, and no other does', () => {
  expect(seen({ origin: 'a', reveal: revealing(granted) })).toBe('aHVudGVyMg==');
  expect(seen({ origin: 'a' })).toBe('<redacted 7 bytes>');
  expect(seen({ origin: 'a', reveal: Object.freeze({}) })).toBe('<redacted 7 bytes>');
});

it('nobody may reveal without the permission', () => {
  expect(() => revealing(normalisePolicy())).toThrow(
    expect.objectContaining({
      code: 'policy',
      message: expect.stringContaining('the permission "secrets" is not granted'),
      advice: expect.stringContaining('--allow-operations secrets'),
    }),
  );
});
