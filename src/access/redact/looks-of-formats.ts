import { together, type Look } from './look.ts';
import { HIDDEN } from './marker.ts';

/** Secrets in a form that is the same everywhere. */
export const FORMATS: readonly Look[] = [
  {
    reason: 'PEM private keys, PGP ones, and those whose end was cut off',
    hints: ['VATE KEY'],
    finds: together(
      'g',
      String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`,
      String.raw`(?:[^-]|-(?!----END ))*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?`,
    ),
  },
  {
    reason: 'JSON web tokens, signed and encrypted: a header in base64 begins with {"',
    hints: ['eyJ'],
    finds: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g,
  },
  {
    reason: 'HTTP: Bearer tokens; a word in lower case is prose (Bearer authentication)',
    hints: ['earer', 'EARER'],
    finds: /\b(bearer[ \t]+)([\w.~+/=-]{8,})/gi,
    leaves: (all, scheme = '', value = '') => (/^[A-Za-z]?[a-z.-]{1,19}$/.test(value) ? all : `${scheme}${HIDDEN}`),
  },
  {
    reason: 'HTTP: Basic logins, which are user:password in base64; other words are prose (Basic authentication)',
    hints: ['asic', 'ASIC'],
    finds: /\b(basic[ \t]+)([A-Za-z0-9+/]{6,}={0,2})(?![\w+/=])/gi,
    leaves: (all, scheme = '', value = '') =>
      /^[\x20-\x7e\u00a0-\u00ff]*:[\x20-\x7e\u00a0-\u00ff]*$/.test(Buffer.from(value, 'base64').toString('latin1'))
        ? `${scheme}${HIDDEN}`
        : all,
  },
  {
    reason: 'HTTP: the other schemes of an Authorization header',
    hints: ['uthori', 'UTHORI'],
    finds: together(
      'gi',
      String.raw`\b((?:proxy-)?authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?`,
      String.raw`(?:token|apikey|digest|negotiate|aws4-hmac-sha256)[ \t]+)([^\r\n"']+)`,
    ),
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'HTTP: cookies',
    hints: ['ookie', 'OOKIE'],
    finds: /\b((?:set-)?cookie["']?[ \t]{0,4}:[ \t]{0,4}["']?)(?=[^\r\n"'=;]{1,80}=)[^\r\n"']+/gi,
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'digests of passwords, as htpasswd and shadow have them: they can be guessed back',
    hints: ['$', 'SHA}'],
    finds: /(?:\$(?:apr1|2[abxy]|5|6|y|argon2(?:id|i|d))\$[\w./$,=+-]{16,}|\{S?SHA\}[A-Za-z0-9+/=]{20,})/g,
  },
  {
    reason: 'the signature of a link that is signed: whoever has the link is let in',
    hints: ['sig', 'Sig', 'SIG', 'ecurity-t', 'ecurity-T'],
    finds: /([?&](?:sig|signature|x-amz-signature|x-goog-signature|x-amz-security-token)=)[^&\s"'<>]+/gi,
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'kubeconfigs: keys and certificates of a client, also where the name is no whole line',
    hints: ['-key-data', '-certificate-data'],
    finds: /(client-(?:key|certificate)-data["']?[ \t]{0,4}:[ \t]{0,4}["']?)[A-Za-z0-9+/=]+/g,
    leaves: `$1${HIDDEN}`,
  },
];
