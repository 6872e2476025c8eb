import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { messageOf, systemClock, unlessAborted } from '../../platform/index.ts';
import type { AuthMaterial, ClientCertificate, CredentialSource } from './credentials.ts';
import { refusals } from './refusals.ts';
import { rotating } from './rotating.ts';
import { loginError, type Subject } from './subject.ts';
import { constant } from './together.ts';
import type { CredentialOptions, PemSource } from './user.ts';
import { readCertificate } from './x509.ts';

/** The bytes that Kubernetes writes as base64, as text; undefined when it is no base64. */
export function decodeBase64(base64: string): string | undefined {
  const compact = base64.replaceAll(/\s/g, '');
  if (compact === '' || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, 'base64').toString('utf8');
}

/**
 * A client certificate with its key. Files are read again at most every ten seconds, so that a renewed certificate is
 * used without a restart; a pair caught half-way through its renewal is not taken.
 */
export function clientCertificate(
  cert: PemSource,
  key: PemSource,
  subject: Subject,
  options: Pick<CredentialOptions, 'clock'> = {},
): CredentialSource {
  if (cert.kind === 'data' && key.kind === 'data') {
    return constant({
      headers: {},
      certificate: checkedPair(inline(cert, 'certificate', subject), inline(key, 'key', subject), subject),
    });
  }
  const files = rotating<AuthMaterial>(async (before) => {
    const [certPem, keyPem] = await Promise.all([read(cert, 'certificate', subject), read(key, 'key', subject)]);
    if (before?.certificate?.cert === certPem && before.certificate.key === keyPem) return before;
    return { headers: {}, certificate: checkedPair(certPem, keyPem, subject) };
  }, options.clock ?? systemClock);
  const refuse = refusals();

  return {
    current: (signal) => {
      const material = files.current();
      return material instanceof Promise ? unlessAborted(material, signal) : material;
    },
    rejected: (material) => refuse(material, files.forget(material)),
  };
}

/**
 * The pair, once it is known to be one.
 * @throws KubernetesError when one is no PEM, the key has a passphrase, or they do not belong together
 */
export function checkedPair(cert: string, key: string, subject: Subject): ClientCertificate {
  let certificate: X509Certificate;
  try {
    certificate = readCertificate(cert);
  } catch {
    throw loginError(subject, 'the client certificate is no certificate in PEM');
  }
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)) {
    throw loginError(subject, 'the client key has a passphrase', {
      advice: 'Give a key without one: nobody is there to type it.',
    });
  }
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    // OpenSSL's errors are left out: they say nothing a reader could use, about something secret.
    throw loginError(subject, 'the client key is no private key in PEM');
  }
  if (!matches) throw loginError(subject, 'the client key does not belong to the client certificate');
  return { cert, key };
}

function inline(source: PemSource & { readonly kind: 'data' }, what: 'certificate' | 'key', subject: Subject): string {
  const text = decodeBase64(source.base64);
  if (text === undefined) throw loginError(subject, `client-${what}-data is no base64`);
  return text;
}

async function read(source: PemSource, what: 'certificate' | 'key', subject: Subject): Promise<string> {
  if (source.kind === 'data') return inline(source, what, subject);
  try {
    return await readFile(source.path, 'utf8');
  } catch (error) {
    throw loginError(subject, `client-${what} ${source.path} cannot be read (${messageOf(error)})`, { cause: error });
  }
}
