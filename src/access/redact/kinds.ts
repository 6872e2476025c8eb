import { DEFINITION, groupKindOf } from '../../kubernetes/index.ts';

/** A map as it came in JSON, to be changed in place. */
export type Fields = Record<string, unknown>;

/** Annotations that hold a copy of the whole object, with everything that is hidden elsewhere in it. They are removed. */
export const COPIES: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /(?:^|[./-])last-applied/, reason: 'kubectl apply, and many that do the same under their own domain' },
  { name: /^objectset\.rio\.cattle\.io\/applied$/, reason: 'Rancher: the object, compressed' },
  { name: /^kapp\.k14s\.io\/original(?:-diff)?(?:-full|-md5)?$/, reason: 'kapp: the object as it was given' },
  { name: /^(?:pv|deploymentconfig)\.kubernetes\.io\/.*original/, reason: 'earlier controllers: the object before the change' },
  { name: /^argocd\.argoproj\.io\/(?:manifest|original)/, reason: 'Argo CD: manifests beside the object' },
  {
    name: /^cluster\.x-k8s\.io\/(?:.*-)?(?:cluster-configuration|last-applied)/,
    reason: 'Cluster API: the configuration with its certificates',
  },
];

/** Annotations of a Secret that are known to tell nothing of its values. Values of all others are hidden. */
export const HARMLESS_ON_SECRETS: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^cert-manager\.io\//, reason: 'names, issuers and host names' },
  { name: /^kubernetes\.io\/service-account\.(?:name|uid)$/, reason: 'whose token it is' },
  { name: /^meta\.helm\.sh\/release-(?:name|namespace)$/, reason: 'which release it is of' },
  { name: /^helm\.sh\/(?:resource-policy|hook(?:-[a-z-]+)?)$/, reason: 'how Helm treats it' },
  {
    name: /^argocd\.argoproj\.io\/(?:tracking-id|sync-wave|sync-options|compare-options|hook)$/,
    reason: 'which application it is of',
  },
  { name: /^kustomize\.toolkit\.fluxcd\.io\/(?:name|namespace|prune|reconcile|ssa)$/, reason: 'which Kustomization it is of' },
  { name: /^reconcile\.external-secrets\.io\/data-hash$/, reason: 'a digest of random values' },
  { name: /^(?:reflector\.v1\.k8s\.emberstack\.com|replicator\.v1\.mittwald\.de)\//, reason: 'where it is copied to' },
  { name: /^(?:deployment|app)\.kubernetes\.io\//, reason: 'who made it' },
];

/** Annotations whose names are telling and whose values are not. */
export const PLAIN_ANNOTATIONS: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^checksum\//, reason: 'Helm charts: a digest that restarts pods when a Secret changes' },
  { name: /^vault\.hashicorp\.com\//, reason: 'paths in Vault' },
  { name: /^(?:eks\.amazonaws|azure\.workload\.identity|iam\.gke)\b/, reason: 'names of cloud identities' },
  { name: /^kubernetes\.io\/service-account\./, reason: 'names and uids' },
];

/** Maps whose keys are chosen to be selected by or counted: `selector: {secret: …}`, `limits: {example.com/token: 1}`. */
export function isMapOfNames(key: string): boolean {
  return NAME_MAPS.has(key) || key.endsWith('Labels') || key.endsWith('elector');
}

const NAME_MAPS: ReadonlySet<string> = new Set(['labels', 'allocatable', 'capacity', 'hard', 'limits', 'requests', 'used']);

/** Maps from any name to a secret: `passwords: {admin: x}`. */
export function isMapOfSecrets(key: string): boolean {
  return /(?:passwords|passphrases|tokens|api[-_]?keys)$/i.test(key);
}

/** Fields that hold no text worth a look: an image is `registry/api-token:1.2`, which looks like a token that is set. */
export const IMAGES: ReadonlySet<string> = new Set(['image', 'imageID']);

/** Under a telling name, the fields that hold the value itself: `password: {value: x}`. */
export const VALUE_FIELDS: ReadonlySet<string> = new Set([
  'content',
  'inline',
  'literal',
  'plain',
  'plaintext',
  'plainText',
  'raw',
  'string',
  'stringValue',
  'text',
  'value',
]);

/** Beside one of these, `secretKey` says which key of a Secret is meant. */
export const REFERRING_NEIGHBOURS: readonly string[] = ['remoteRef', 'sourceRef', 'secretName', 'secretRef', 'secretNamespace'];

/** A Secret, however it came to be inside another object. */
export function isSecret(fields: Fields): boolean {
  return fields['kind'] === 'Secret';
}

/** Helm 3 keeps releases, with all values, in Secrets or, when told to, in ConfigMaps. */
export function isHelmStorage(fields: Fields): boolean {
  const metadata = fields['metadata'];
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { name, labels } = metadata as Fields;
  if (typeof name === 'string' && name.startsWith('sh.helm.release.v1.')) return true;
  if (typeof labels !== 'object' || labels === null) return false;
  const owner = 'owner' in labels ? labels.owner : 'OWNER' in labels ? labels.OWNER : undefined;
  return owner === 'helm' || owner === 'TILLER';
}

/** A schema describes values and holds none; it is long, and full of words such as password. */
export const isDefinition = (fields: Fields): boolean => groupKindOf(fields) === DEFINITION;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
