import { quoted, UsageError } from '../platform/index.ts';
import { namePattern, type NamePattern } from './wildcard.ts';

/** What a kind pattern is matched with. Versions play no part: an object is the same in each of them. */
export interface KindName {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
}

export interface KindPattern {
  /** As the operator wrote it. */
  readonly text: string;
  matches(kind: KindName): boolean;
}

/** One way to read a pattern; a missing part matches everything. */
interface Reading {
  readonly resources: readonly NamePattern[];
  readonly group?: NamePattern;
  readonly subresource?: NamePattern;
}

/** The short names that every cluster serves. Others are known to a cluster only, and a policy is read before any is asked. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  cj: 'cronjobs',
  cm: 'configmaps',
  cr: 'controllerrevisions',
  crd: 'customresourcedefinitions',
  crds: 'customresourcedefinitions',
  cs: 'componentstatuses',
  csr: 'certificatesigningrequests',
  deploy: 'deployments',
  ds: 'daemonsets',
  ep: 'endpoints',
  ev: 'events',
  hpa: 'horizontalpodautoscalers',
  ing: 'ingresses',
  ip: 'ipaddresses',
  limits: 'limitranges',
  netpol: 'networkpolicies',
  no: 'nodes',
  ns: 'namespaces',
  pc: 'priorityclasses',
  pdb: 'poddisruptionbudgets',
  po: 'pods',
  pv: 'persistentvolumes',
  pvc: 'persistentvolumeclaims',
  quota: 'resourcequotas',
  rc: 'replicationcontrollers',
  rs: 'replicasets',
  sa: 'serviceaccounts',
  sc: 'storageclasses',
  sts: 'statefulsets',
  svc: 'services',
  vac: 'volumeattributesclasses',
};

/** Kinds that no grammar leads to their resource from, which is one of another kind's name in a group of its own. */
const METRICS: Readonly<Record<string, string>> = { podmetrics: 'pods', nodemetrics: 'nodes' };
const METRICS_GROUP = 'metrics.k8s.io';

/** Subresources that tell `apps/status`, of a resource called like a group, from `apps/deployments`. */
const SUBRESOURCES: ReadonlySet<string> = new Set([
  'approval',
  'attach',
  'binding',
  'ephemeralcontainers',
  'eviction',
  'exec',
  'finalize',
  'log',
  'portforward',
  'proxy',
  'resize',
  'scale',
  'status',
  'token',
]);

/** Groups of a single word; every other group has a dot. */
const PLAIN_GROUPS: ReadonlySet<string> = new Set(['apps', 'autoscaling', 'batch', 'core', 'extensions', 'policy']);

/**
 * Reads a kind as kubectl has it: `pods`, `Pod`, `po`, `deployments.apps`, `*.rbac.authorization.k8s.io`, `pods/exec`;
 * also `apps/deployments` and `apps/v1/Deployment`, whose version is left out of account.
 *
 * A pattern without a group matches the resource in every group, and one without a subresource matches all of them, so
 * that to deny `deployments` denies `deployments/scale` too. A name with two meanings (`metrics.k8s.io/pods`) has both.
 * @throws UsageError when it is no kind at all
 */
export function kindPattern(text: string, field: string): KindPattern {
  if (!/^[\w*.-]+(\/[\w*.-]+){0,2}$/.test(text)) {
    throw new UsageError(`${field} cannot hold ${quoted(text, 80)}: it is no kind.`, {
      code: 'invalid-setting',
      field,
      advice: 'Write a resource, with its group or a subresource if need be: pods, deployments.apps, pods/exec, *.example.com.',
    });
  }
  const readings = readingsOf(text);
  return { text, matches: (kind) => readings.some((reading) => fits(reading, kind)) };
}

function readingsOf(text: string): Reading[] {
  const [first = '', second, third] = text.split('/');
  if (third !== undefined) {
    // `apps/v1/deployments`; no version is also no group: `apps/deployments/scale`.
    return isVersion(second ?? '') ? [inGroup(first, third)] : [inGroup(first, second ?? '', third), dotted(first, third)];
  }
  if (second === undefined) return [dotted(METRICS[first.toLowerCase()] === undefined ? first : `${first}.${METRICS_GROUP}`)];
  if (isVersion(first)) return [inGroup('core', second)];
  if (first.includes('.')) return [inGroup(first, second), dotted(first, second)];
  // A group without a dot is known by its name; `pods/*` are subresources, `apps/*` are resources.
  const isGroup = PLAIN_GROUPS.has(first.toLowerCase()) && !SUBRESOURCES.has(second);
  return [isGroup ? inGroup(first, second) : dotted(first, second)];
}

function isVersion(text: string): boolean {
  return /^v\d+((alpha|beta)\d+)?$/.test(text);
}

/** `deployments.apps`, `deployments.v1.apps`, `pods.` and plain `pods`. */
function dotted(text: string, subresource?: string): Reading {
  const [resource = '', ...rest] = text.split('.');
  const [version = ''] = rest;
  const group = rest.length > 1 && isVersion(version) ? rest.slice(1) : rest;
  const sub = subresource === undefined ? {} : { subresource: namePattern(subresource.toLowerCase()) };
  const named = { resources: pluralsOf(resource).map(namePattern), ...sub };
  return group.length === 0 ? named : { ...named, group: groupPattern(group.join('.')) };
}

function inGroup(group: string, resource: string, subresource?: string): Reading {
  return {
    resources: pluralsOf(resource).map(namePattern),
    group: groupPattern(group),
    ...(subresource !== undefined && { subresource: namePattern(subresource.toLowerCase()) }),
  };
}

function groupPattern(group: string): NamePattern {
  return namePattern(group.toLowerCase() === 'core' ? '' : group.toLowerCase());
}

/** What the plural of a name may be, as far as grammar and the well-known short names tell. */
function pluralsOf(name: string): string[] {
  const lower = name.toLowerCase();
  const short = SHORT_NAMES[lower] ?? METRICS[lower];
  if (short !== undefined) return [short, lower];
  return [lower, `${lower}s`, `${lower}es`, ...(lower.endsWith('y') ? [`${lower.slice(0, -1)}ies`] : [])];
}

function fits(reading: Reading, kind: KindName): boolean {
  if (!reading.resources.some((resource) => resource.matches(kind.resource))) return false;
  if (reading.group !== undefined && !reading.group.matches(kind.group)) return false;
  if (reading.subresource === undefined) return true;
  const [subresource = ''] = (kind.subresource ?? '').split('/');
  return subresource !== '' && reading.subresource.matches(subresource);
}
