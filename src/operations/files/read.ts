import { redactText } from '../../access/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { redactedHead } from '../cut-text.ts';
import { copyFrom, type Place } from './from.ts';
import { MemoryFolder } from './memory-folder.ts';

/**
 * The text of one file of a container, whole, redacted.
 * @param bytes the most that it may have
 * @throws PolicyError, KubernetesError, UsageError (`no-tar`, `copy-failed`, `too-large`, `no-text`)
 */
export async function readText(connection: Connection, place: Place, bytes: number): Promise<string> {
  const memory = new MemoryFolder(bytes);
  await copyFrom(connection, place, memory, { bytes });
  const [file] = memory.found;
  const text = file?.path === '' && file.bytes !== undefined ? textOf(file.bytes, file.size) : undefined;
  if (text !== undefined) return text;
  throw new UsageError(`${quoted(place.path, 200)} is no file of text.`, { code: 'no-text', field: 'path' });
}

/**
 * What bytes say, redacted; undefined for what is no text.
 * @param size of all of it
 */
export function textOf(bytes: Uint8Array, size: number): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: bytes.length < size });
    return bytes.length < size ? redactedHead(text) : redactText(text);
  } catch {
    return undefined;
  }
}
