import { fieldsOf, listOf, textOf, type Fields } from '../values.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName, type Format } from './formats.ts';
import type { Found } from './found.ts';

/** Kinds whose names must be labels, because they become part of a host name; or paths, because anything goes. */
const NAMES: Readonly<Record<string, Format>> = {
  '/Service': dnsLabel,
  '/Namespace': dnsLabel,
  'rbac.authorization.k8s.io/ClusterRole': pathSegment,
  'rbac.authorization.k8s.io/ClusterRoleBinding': pathSegment,
  'rbac.authorization.k8s.io/Role': pathSegment,
  'rbac.authorization.k8s.io/RoleBinding': pathSegment,
};

function pathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** @param kind `apps/Deployment`, `/Pod` */
export function checkMeta(found: Found, kind: string, metadata: Fields): void {
  checkNames(found, NAMES[kind] ?? dnsSubdomain, metadata);
  checkLabels(found, 'metadata.labels', metadata['labels']);
  checkKeys(found, 'metadata.annotations', metadata['annotations'], (key) => key.toLowerCase());
  checkOwners(found, listOf(metadata['ownerReferences']));
  checkFinalizers(found, listOf(metadata['finalizers']).map(textOf));
}

function checkNames(found: Found, format: Format, { name, generateName }: Fields): void {
  if (typeof generateName === 'string' && generateName !== '') {
    // The end that is to come may be anything, so a hyphen may stand last.
    const stem = generateName.endsWith('-') && generateName.length > 1 ? `${generateName.slice(0, -1)}a` : generateName;
    for (const why of format(stem)) found.invalid('metadata.generateName', generateName, why);
  }
  if (name === undefined || name === '') found.required('metadata.name', 'name or generateName is required');
  else for (const why of format(textOf(name))) found.invalid('metadata.name', name, why);
}

export function checkLabels(found: Found, path: string, labels: unknown): void {
  for (const [key, value] of entries(labels)) {
    for (const why of qualifiedName(key)) found.invalid(path, key, why);
    for (const why of labelValue(textOf(value))) found.invalid(path, value, why);
  }
}

function checkKeys(found: Found, path: string, map: unknown, normal: (key: string) => string): void {
  for (const [key] of entries(map)) for (const why of qualifiedName(normal(key))) found.invalid(path, key, why);
}

/** Go walks maps at random; by key it is the same every time. */
const entries = (map: unknown): readonly (readonly [string, unknown])[] =>
  Object.entries(fieldsOf(map)).toSorted(([a], [b]) => (a < b ? -1 : 1));

function checkOwners(found: Found, owners: readonly unknown[]): void {
  for (const owner of owners.map(fieldsOf)) {
    for (const field of ['kind', 'name', 'uid']) {
      const value = owner[field] ?? '';
      if (value === '') found.invalid(`metadata.ownerReferences.${field}`, value, 'must not be empty');
    }
  }
  const controllers = owners.map(fieldsOf).filter((owner) => owner['controller'] === true);
  if (controllers.length > 1) {
    const names = controllers.slice(0, 2).map((owner) => `${textOf(owner['kind'])}/${textOf(owner['name'])}`);
    found.invalid(
      'metadata.ownerReferences',
      owners,
      `Only one reference can have Controller set to true. Found "true" in references for ${names.join(' and ')}`,
    );
  }
}

function checkFinalizers(found: Found, finalizers: readonly string[]): void {
  for (const finalizer of finalizers) {
    for (const why of qualifiedName(finalizer)) found.invalid('metadata.finalizers', finalizer, why);
  }
  finalizers.forEach((finalizer, i) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer) || qualifiedName(finalizer).length > 0) return;
    found.invalid(`metadata.finalizers[${i}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
  });
}

/** Nothing more can hold what is on its way out. */
export function checkNewFinalizers(found: Found, metadata: Fields, before: Fields): void {
  if (before['deletionTimestamp'] === undefined) return;
  const held = listOf(before['finalizers']);
  const added = listOf(metadata['finalizers']).filter((finalizer) => !held.includes(finalizer));
  if (added.length === 0) return;
  const names = added.map((name) => JSON.stringify(name)).join(', ');
  const words = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`;
  // The server checks metadata twice on an update, and says so twice.
  found.forbidden('metadata.finalizers', words);
  found.forbidden('metadata.finalizers', words);
}
