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
    [
      'password',
      ['passwords', 'admin_passwd', 'passcode', 'dbPasswort', 'kennwort', 'DB_PWD', 'userpassword', 'masterauth', 'DB_PSK'],
    ],
    [
      'password',
      ['userpass', 'dbpass', 'rootpass', 'adminpass', 'pgpass', 'unsealkey', 'passphrases', 'rootpasswd', 'keypassphrase'],
    ],
    // The word before says who it is for, and nothing of tokens or references.
    [
      'password',
      ['userPassword', 'tlsPassword', 'contextPassword', 'MAX_PASSWORD_X', 'db.password.main', 'password12', 'DBPassword'],
    ],
    ['password', ['DB_PASS_HASH', 'userPassHashed', 'PASSWORD_HASHED', 'x'.repeat(117) + '.dbPassword']],
    ['token', ['tokens', 'API_TOKENS', 'jwt', 'loginOtp', 'TOTP', 'JWT_X', 'API_TOKEN_X', 'vaulttoken', 'OTP_GITHUB']],
    ['secret', ['USER_SECRET', 'contextSecret', 'clientsecret', 'SECRET_GITHUB', 'JWTSecret']],
    ['key', ['apiKeys', 'API_KEYS', 'apikeys', 'accesskey', 'secretkey', 'privatekey', 'signingkey', 'masterkey', 'myapikey']],
    ['key', ['mysecretkey', 'myaccesskey', 'myprivatekey', 'APIKey', 'AWSSecretKey', 'API_2_KEY', 'APIKEY_X', 'MASTERKEY_X']],
    ['credential', ['credential', 'gitCreds', 'cred', 'dockerconfigjson', 'dockercfg', 'CREDS_X', 'mycredentials']],
    ['dsn', ['connectionString', 'connString', 'conn_str', 'connstr', 'DSN_X', 'connectionstring']],
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
  'TOKEN_HASH',
  'passwordReset',
  'PASSWORD_REQUIRED',
  'TOKEN_COUNT',
  'password.io/thing',
  'API_TOKEN_HASHED',
  'passwordKeys',
  'passwordSecret',
  'keys',
  'PAGE_TOKEN_X',
  'MAX_TOKENS_X',
  'apiKeyVault',
  'API_FOO',
  'ADMIN_EMAIL',
  'stringValue',
  'value',
  'default',
  'AUTH_X',
  'PASS_X',
  'ab',
  'registry/<redacted>.password',
  'kind: Secret\npassword',
  'secretHash',
  'x'.repeat(200),
])('%s is not telling', (name) => {
  expect(familyOf(name)).toBeUndefined();
});

test('a name says the same however often it is asked for', () => {
  for (let index = 0; index < 20_000; index++) {
    expect(familyOf(`field-${index}`)).toBeUndefined();
    expect(familyOf(`field-${index}-password`)).toBe('password');
  }
  expect(familyOf('field-1')).toBeUndefined();
  expect(familyOf('field-1-password')).toBe('password');
});
