import { quoted, UsageError } from '../platform/index.ts';

/** The namespaces that a question is about: these, or all. */
export type Scope = '*' | readonly string[];

/** An RFC 1123 label: what the name of a namespace is. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * What a namespace argument says: `a`, `a,b`, `*`; undefined when it says nothing.
 * @throws UsageError for what cannot be the name of a namespace: nobody has anything in one of that name
 */
export function parseScope(text: string | undefined): Scope | undefined {
  const names = (text ?? '').split(',').map((name) => name.trim());
  if (names.includes('*')) return '*';
  const named = [...new Set(names.filter((name) => name !== ''))];
  const wrong = named.find((name) => !NAMESPACE.test(name));
  if (wrong !== undefined) {
    throw new UsageError(`${quoted(wrong, 80)} is no name of a namespace.`, {
      code: 'invalid-argument',
      field: 'namespace',
      advice: 'Names have lower-case letters, digits and dashes, 63 at most; several by comma, or "*" for all.',
    });
  }
  return named.length === 0 ? undefined : named;
}

/** How a head line says it: `in namespace shop`, `in namespaces a, b`, `in all namespaces`. */
export function sayScope(scope: Scope): string {
  if (scope === '*') return 'in all namespaces';
  return `in ${scope.length === 1 ? 'namespace' : 'namespaces'} ${scope.join(', ')}`;
}
