import { describe, expect, it } from 'vitest';

import { allOf, failureOf, jwt, SUBJECT } from '../../../test/support/credentials.ts';
import { authProvider } from './auth-provider.ts';

it('knows oidc', async () => {
  const token = jwt({ sub: 'jane' });
  const source = authProvider({ name: 'oidc', config: { 'id-token': token } }, SUBJECT);
  expect(source.current()).toEqual({ headers: { authorization: `Bearer ${token}` } });
});

describe('providers of the past', () => {
  it.each([
    ['gcp', 'gke-gcloud-auth-plugin'],
    ['azure', 'kubelogin'],
    ['constructor', 'exec plugin'],
  ])('%s is refused with what replaced it', async (name, replacement) => {
    const error = await failureOf(() => authProvider({ name, config: { 'access-token': 'topsecret' } }, SUBJECT));
    expect(error).toMatchObject({
      name: 'UsageError',
      message: `User "dev" in kubeconfig /home/me/.kube/config: the auth-provider "${name}" is no longer supported.`,
      advice: expect.stringContaining(replacement),
    });
    expect(allOf(error)).not.toContain('topsecret');
  });
});
