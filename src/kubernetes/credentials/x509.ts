import type { X509Certificate } from 'node:crypto';

/** Reads a certificate in PEM. Node's class is taken when there is one to read: no start has to wait for it. @throws for what is none */
export function readCertificate(pem: string): X509Certificate {
  return new (process.getBuiltinModule('node:crypto').X509Certificate)(pem);
}
