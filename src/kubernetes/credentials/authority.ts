import { readFile } from 'node:fs/promises';

import type { Clock } from '../../platform/index.ts';
import { rotating } from './rotating.ts';
import { readCertificate } from './x509.ts';

/**
 * The certificates of a text in PEM, without what is broken or something else, as Go reads it; undefined when none is left.
 */
export function certificatesIn(pem: string): string | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const good = blocks.filter(isCertificate);
  if (good.length === 0) return undefined;
  return good.length === blocks.length ? pem : `${good.join('\n')}\n`;
}

function isCertificate(block: string): boolean {
  try {
    return readCertificate(block).raw.length > 0;
  } catch {
    return false;
  }
}

/**
 * The certificate authorities of a file that somebody renews, read again at most every ten seconds. A file that is away,
 * empty or half written changes nothing.
 * @param known what it holds, already read and checked
 */
export function authorityFile(path: string, known: string, clock: Clock): () => string | Promise<string> {
  const file = rotating<string>(
    async (before) => {
      const text = await readFile(path, 'utf8').catch(() => '');
      // The text of before stays the very same one, and so do the connections.
      return (text.trim() === before?.trim() ? before : certificatesIn(text)) ?? before ?? known;
    },
    clock,
    { known },
  );
  return () => file.current();
}
