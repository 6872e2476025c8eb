import { readFile } from 'node:fs/promises';

import { messageOf, systemCode, UsageError } from '../platform/index.ts';
import { at, numberAt, textAt } from './objects.ts';

/** A file that was looked for: what it holds, or that it is not there, or that there is nothing in it. */
export type FileContents =
  | { readonly kind: 'document'; readonly document: unknown }
  | { readonly kind: 'missing' }
  | { readonly kind: 'empty' };

/**
 * Reads and decodes one kubeconfig, YAML or JSON.
 * @throws UsageError when it is there and cannot be read, or is no YAML; it says where, and quotes nothing
 */
export async function readKubeconfigFile(file: string): Promise<FileContents> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    throw new UsageError(`Kubeconfig ${file} cannot be read (${messageOf(error)}).`, {
      code: 'kubeconfig',
      field: file,
      cause: error,
    });
  }
  // Comments alone are nothing, too; the parser would call that an error.
  if (text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))) return { kind: 'empty' };
  const document = await decodeDocument(text, file);
  return document === null ? { kind: 'empty' } : { kind: 'document', document };
}

/** A text in YAML or JSON as data. @throws UsageError that says where it is none, and quotes nothing */
export async function decodeDocument(text: string, file: string): Promise<unknown> {
  // Only here: most of a start has no kubeconfig to read yet.
  const { CORE_SCHEMA, load, mergeTag } = await import('js-yaml');
  try {
    return load(text, { schema: CORE_SCHEMA.withTags(mergeTag) });
  } catch (error) {
    throw new UsageError(`Kubeconfig ${file} is no valid YAML${placeOf(error)}.`, {
      code: 'kubeconfig',
      field: file,
      advice: 'If another program is writing it just now, try again; else check the indentation around that place.',
      // No cause: the parser's error holds the lines around the place, credentials and all.
    });
  }
}

/** ` at line 7, column 3: bad indentation of a mapping entry`, without the parts that repeat the text. */
function placeOf(error: unknown): string {
  const line = numberAt(at(error, 'mark'), 'line');
  const column = numberAt(at(error, 'mark'), 'column');
  const reason = textAt(error, 'reason') ?? '';
  const place = line === undefined || column === undefined ? '' : ` at line ${line + 1}, column ${column + 1}`;
  // Reasons that name a tag or an alias quote it, and a token that begins with "*" or "!" is taken for one.
  return /["<]|: |^$/.test(reason) ? place : `${place}: ${reason}`;
}
