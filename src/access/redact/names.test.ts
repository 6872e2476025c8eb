import { describe, expect, test } from 'vitest';

import type { Family } from './name-words.ts';
import { familyOf } from './names.ts';

describe('telling names', () => {
  const cases: readonly (readonly [Family, readonly string[]])[] = [
    [
      'password',
      ['password', 'DB_PASSWORD', 'dbPassword', 'adminpassword', 'PGPASSWORD', 'MYSQL_PWD', 'password2', 'DB_PASSWORD_2'],
    ],
    ['password', ['DB_PASSWORD_RO', 'passwordHash', 'db.password', 'spring.datasource.password', 'password.txt', 'PASSWORD_OLD']],
    ['password', ['passphrase', 'ROOT_PASSWD', 'DB_PASS', 'requirepass', 'trustStorePassword', 'passwordValue', 'htpasswd']],
    [
      'token',
      [
        'token',
        'API_TOKEN',
        'accessToken',
        'id-token',
        'refresh_token',
        'GITHUB_TOKEN',
        'authtoken',
        'TOKEN_GITHUB',
        '_authToken',
      ],
    ],
    ['secret', ['secret', 'clientSecret', 'CLIENT_SECRET', 'webhook-secret', 'cookieSecret', 'NEXTAUTH_SECRET', 'AUTH_SECRET']],
    [
      'key',
      ['apiKey', 'API_KEY', 'apikey', 'x-api-key', 'secretKey', 'AWS_SECRET_ACCESS_KEY', 'accessKey', 'private_key', 'APP_KEY'],
    ],
    [
      'key',
      ['encryptionKey', 'SIGNING_KEY', 'client-key-data', 'client-certificate-data', 'API_KEY_OPENAI', 'AccountKey', 'masterKey'],
    ],
    ['credential', ['credentials', 'AWS_CREDENTIALS', 'cloudCredentials', 'credentials.json', '.dockerconfigjson']],
    ['auth', ['auth', 'REDISCLI_AUTH', 'authorization', 'Proxy-Authorization', 'BASIC_AUTH']],
    ['dsn', ['DSN', 'SENTRY_DSN', 'connectionString', 'CONNECTION_STRING', 'AZURE_STORAGE_CONNECTION_STRING', 'connStr']],
  ];
  test.each(cases.flatMap(([family, names]) => names.map((name) => [name, family] as const)))('%s: %s', (name, family) => {
    expect(familyOf(name)).toBe(family);
  });
});

test.each([
  'secretName',
  'secretRef',
  'tokenSecretRef',
  'secretKeyRef',
  'secretNamespace',
  'keyRef',
  'passwordSecretRef',
  'existingSecret',
  'imagePullSecrets',
  'imagePullSecret',
  'tlsSecret',
  'secrets',
  'passwordKey',
  'existingSecretPasswordKey',
  'tokenExpirationSeconds',
  'tokenPath',
  'token-ttl',
  'TOKEN_URL',
  'token_uri',
  'TOKEN_EXPIRATION',
  'AUTH_MODE',
  'AUTH_ENABLED',
  'AUTH_SERVICE_HOST',
  'authMethod',
  'PWD',
  'OLDPWD',
  'pwd',
  'key',
  'KEY',
  'topologyKey',
  'SORT_KEY',
  'PUBLIC_KEY',
  'SSH_AUTHORIZED_KEYS',
  'ACCESS_KEY_ID',
  'private_key_id',
  'accessKeyID',
  'MAX_TOKENS',
  'maxTokens',
  'nextPageToken',
  'PASSWORD_FILE',
  'passwordPolicy',
  'password_encryption',
  'API_KEY_HEADER',
  'secretStoreRef',
  'secretProviderClass',
  'nginx.ingress.kubernetes.io/auth-url',
  'secrets.example.com/owner',
  'csi.storage.k8s.io/node-publish-secret-name',
  'COMPASS',
  'bypass',
  'author',
  'authority',
  'monkey',
  'tokenReview',
  'secretHash',
  'x'.repeat(200),
])('%s is not telling', (name) => {
  expect(familyOf(name)).toBeUndefined();
});
