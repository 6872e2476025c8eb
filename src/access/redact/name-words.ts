/**
 * What a name says about its value. A family decides how its values are looked at: a word of `auth` may be a scheme, a
 * `secret` in an annotation is a reference, a `dsn` may be redacted in part.
 */
export type Family = 'password' | 'token' | 'secret' | 'key' | 'credential' | 'auth' | 'dsn';

/** The words of a text. */
function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * Words that make a name telling when they come last: `db.password`, `adminPassword`, `REDIS_PASSWORD_2`.
 * With `anywhere`, they are telling wherever they stand, unless the name goes on to speak of something else
 * (`passwordPolicy`); `constant` says that this holds for NAMES_LIKE_THIS only, which are free to add a word at the end
 * (`API_TOKEN_GITHUB`).
 */
export const TELLING_WORDS: readonly {
  readonly family: Family;
  readonly words: readonly string[];
  readonly anywhere: 'yes' | 'constant' | 'no';
  readonly reason: string;
}[] = [
  {
    family: 'password',
    words: [
      'password',
      'passwords',
      'passwd',
      'passphrase',
      'passphrases',
      'passcode',
      'passwort',
      'kennwort',
      'pwd',
      'userpassword',
    ],
    anywhere: 'yes',
    reason: 'nothing else is called so',
  },
  {
    family: 'password',
    words: [
      'pass',
      'requirepass',
      'masterauth',
      'userpass',
      'dbpass',
      'rootpass',
      'adminpass',
      'psk',
      'pgpass',
      'htpasswd',
      'unsealkey',
    ],
    anywhere: 'no',
    reason: 'short forms, which begin other words too: pass through',
  },
  { family: 'token', words: ['token', 'tokens', 'jwt', 'otp', 'totp'], anywhere: 'constant', reason: 'a bearer may use it' },
  {
    family: 'secret',
    words: ['secret'],
    anywhere: 'constant',
    reason: 'a value, or the name of a Secret: see REFERRING_SECRETS',
  },
  {
    family: 'credential',
    words: ['credential', 'credentials', 'creds', 'cred', 'dockerconfigjson', 'dockercfg'],
    anywhere: 'constant',
    reason: 'whatever it holds, it opens something',
  },
  {
    family: 'key',
    words: ['apikey', 'apikeys', 'accesskey', 'secretkey', 'privatekey', 'signingkey', 'masterkey'],
    anywhere: 'constant',
    reason: 'written together',
  },
  {
    family: 'auth',
    words: ['auth', 'authorization'],
    anywhere: 'no',
    reason: 'a header or user:password; mostly it names a scheme',
  },
  { family: 'dsn', words: ['dsn', 'connstr', 'connectionstring'], anywhere: 'constant', reason: 'holds user and password' },
];

/** Endings of words written together: `mysqlpassword`, `authtoken`. */
export const TELLING_ENDINGS: readonly { readonly family: Family; readonly endings: readonly string[] }[] = [
  { family: 'password', endings: ['password', 'passwd', 'passphrase'] },
  { family: 'token', endings: ['token'] },
  { family: 'secret', endings: ['secret'] },
  { family: 'key', endings: ['apikey', 'secretkey', 'accesskey', 'privatekey'] },
  { family: 'credential', endings: ['credentials'] },
];

/** Pairs of words that tell only together. */
export const TELLING_PAIRS: ReadonlyMap<string, Family> = new Map([
  ['connection string', 'dsn'],
  ['conn string', 'dsn'],
  ['conn str', 'dsn'],
  // Of kubeconfigs; the certificate is public, but names whoever it is for.
  ['client key', 'key'],
  ['client certificate', 'key'],
]);

/** What stands before `key` when the key is secret: `apiKey`, `secret_access_key`. Any other key is a name: `topologyKey`. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(
  words(`
    access account admin aes api auth cipher consumer cookie crypto decryption deploy encrypt encryption gpg hmac
    instrumentation jwt license master pgp private root secret session shared signature signing storage subscription
    unseal webhook
  `),
);

/** What stands before KEY in a NAME_LIKE_THIS when the key is not secret. All others are: variables hold values. */
export const PLAIN_KEYS: ReadonlySet<string> = new Set(
  words(`
    allowed annotation authorized bucket cache dedup field foreign group hash header hot known index label lock map
    message metadata object order partition primary public pub queue range row routing sort tag topology trace
    translation
  `),
);

/** What stands before `secret` when the value is the name of a Secret: `existingSecret: db-creds`. */
export const REFERRING_SECRETS: ReadonlySet<string> = new Set(
  words(`
    backend ca cert certificate certificates certs connection creds credential credentials existing external
    generated image keystore output password passwords pull registry sealed source ssl target tls truststore user
  `),
);

/** What stands before `token` when it says where a reader stopped, or what a text is cut into. */
export const PLAIN_TOKENS: ReadonlySet<string> = new Set(
  words(`
    completion context continuation continue count cursor input limit max maximum min next num output page per
    prompt resume stop sync total
  `),
);

/** Last words that turn a name into one about the secret: where it is, how long it lasts, what it is called. */
export const SPEAKING_ABOUT: ReadonlySet<string> = new Set([
  // Where it is.
  ...words(`
    addr address dir directory directories endpoint endpoints file filename files folder host hostname hosts
    location mount mountpath name names namespace namespaces path paths port ref reference references refs server
    service store stores uri uris url urls
  `),
  // How long it lasts.
  ...words(`
    age at date days duration expiration expire expires expiry hours interval lifespan lifetime minutes period
    rotation seconds time timeout timestamp ttl
  `),
  // What sort it is.
  ...words(`
    alg algorithm audience audiences backend charset class complexity driver encoding encryption engine format
    issuer issuers kind kinds length method methods mode pattern policies policy provider providers realm regex
    scope scopes size strategy strength type types version
  `),
  // Who has to do with it.
  ...words(`
    controller generator group groups handler id ids manager operator owner permission permissions reviewer role
    roles uid user username users
  `),
  // What is said of it.
  ...words(`
    count counts budget checksum description digest disable disabled enable enabled fingerprint hashing history
    management reset hint index level limit limits max maximum message min minimum number offset phase position
    quota rate reason required state status sum threshold thumbprint title usage
  `),
  // How it is found or made.
  ...words(`
    chart env field fields header headers image label labels prefix property selector selectors separator source
    suffix template templates var variable
  `),
]);

/** Last words that change nothing: `passwordValue`, `token.txt`, `DB_PASSWORD_OLD`. */
export const SAYING_NOTHING: ReadonlySet<string> = new Set(
  words(`
    b base conf cfg current data decoded default dev enc encoded encrypted ini json new old plain plaintext previous
    prod raw staging str string test text toml txt value values xml yaml yml
  `),
);
