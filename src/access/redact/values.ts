import { isMarker } from './marker.ts';
import type { Family } from './name-words.ts';

/** Values that are no secret whatever they are called: switches, blanks, masks. */
const SWITCHES =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined|enabled|disabled|required|optional|n\/a|<[\w ]{1,20}>|\*+|x{3,}|-)$/i;

/** A value that only says where the real one comes from. */
const REFERENCES: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /^\$\([A-Za-z_][\w.-]*\)$/, reason: 'Kubernetes: another variable' },
  { pattern: /^\$\{[A-Za-z_][\w.:-]{0,60}\}$/, reason: 'shell, Spring, kustomize: another variable' },
  { pattern: /^\$[A-Z_][A-Z0-9_]*$/, reason: 'shell: another variable' },
  { pattern: /^\$\((?:cat|<)[ \t]+[\w./$-]{1,200}\)$/, reason: 'shell: the content of a file' },
  { pattern: /^\{\{-?[\s\w.$|]{1,120}-?\}\}$/, reason: 'a template without any literal' },
  {
    pattern:
      /^(?:file:\/\/)?\/(?:app|config|etc|home|mnt|opt|root|run|secrets?|srv|tmp|usr|var|vault|workspace)\/[\w./-]{1,200}$/,
    reason: 'the path of a file',
  },
  {
    pattern: /^arn:aws[\w-]{0,20}:(?:secretsmanager|ssm|kms|iam):[\w/:+.@*-]{1,512}$/,
    reason: 'AWS: the name of a stored secret',
  },
  { pattern: /^projects\/[\w-]+\/secrets\/[\w-]+(?:\/versions\/\w+)?$/, reason: 'GCP: the name of a stored secret' },
  { pattern: /^op:\/\/[\w ./-]+$/, reason: '1Password: the name of a stored secret' },
];

/** What `auth` may be set to that is a way to log in rather than a login. */
const SCHEMES: ReadonlySet<string> = new Set(
  `basic bearer digest kerberos gssapi ldap negotiate ntlm jwt oauth oauth2 oidc openid saml sso tls mtls ssl plain iam irsa
  md5 scram-sha-256 scram-sha-512 sasl trust peer rbac abac webhook node alwaysallow cert certificate x509 token password
  internal external local serviceaccount kubernetes approle workload-identity default any all anonymous`.split(/\s+/),
);

/** True when a value under a telling name is still no secret. */
export function isHarmless(value: string, family: Family): boolean {
  if (value === '' || isMarker(value) || SWITCHES.test(value)) return true;
  if (
    family === 'auth' &&
    value.length < 80 &&
    value
      .toLowerCase()
      .split(/,\s?/)
      .every((word) => SCHEMES.has(word))
  )
    return true;
  const first = value.charCodeAt(0);
  // $ { / a f o p: the only characters that references begin with.
  if (first !== 0x24 && first !== 0x7b && first !== 0x2f && first !== 0x61 && first !== 0x66 && first !== 0x6f && first !== 0x70)
    return false;
  return REFERENCES.some(({ pattern }) => pattern.test(value));
}

/** `scheme://user:password@host`, from which only the password must go. */
export function isUrlWithPassword(value: string): boolean {
  return /^[a-z][\w+.-]{0,30}:\/\/[^\s:@/]{0,256}:[^\s@/]{1,512}@[^\s@]+$/i.test(value);
}
