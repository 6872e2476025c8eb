/**
 * Writes what the practice cluster knows of Kubernetes' kinds into data/, as a real API server tells it: run by hand
 * when the practice cluster moves to another Kubernetes.
 *
 *     npm run cluster -- up                      # any cluster of that version does that has a metrics-server
 *     kubectl proxy --port 8001 &
 *     node practice/kinds/capture.ts http://127.0.0.1:8001
 *
 * - data/kinds.jsonl: one ServedKind a line, in the order of the server's discovery.
 * - data/definitions.jsonl: `[name, schema]` a line, every definition of their OpenAPI documents once, by name.
 */
import { writeFileSync } from 'node:fs';
import type { ServedKind, Subresource, Verb } from '../model.ts';

/** What the practice cluster serves, each in these versions alone. */
const GROUPS: readonly string[] = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'apiextensions.k8s.io/v1',
  'apiregistration.k8s.io/v1',
  'apps/v1',
  'authentication.k8s.io/v1',
  'authorization.k8s.io/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'certificates.k8s.io/v1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'events.k8s.io/v1',
  'metrics.k8s.io/v1beta1',
  'networking.k8s.io/v1',
  'node.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1',
];

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly responseKind: KindName;
        readonly scope: 'Namespaced' | 'Cluster';
        readonly singularResource: string;
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly verbs: readonly Verb[];
        readonly subresources?: readonly {
          readonly subresource: string;
          readonly responseKind?: KindName;
          readonly verbs: Subresource['verbs'];
        }[];
      }[];
    }[];
  }[];
}

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error('usage: node practice/kinds/capture.ts http://127.0.0.1:8001 (a kubectl proxy)');

async function get(path: string, accept = 'application/json'): Promise<unknown> {
  const answer = await fetch(new URL(path, server), { headers: { accept } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

async function servedKinds(): Promise<ServedKind[]> {
  const lists = (await Promise.all(['/api', '/apis'].map((path) => get(path, DISCOVERY)))) as Discovered[];
  return lists
    .flatMap(({ items }) => items)
    .flatMap(({ metadata: { name: group = '' }, versions }) =>
      versions
        .filter(({ version }) => GROUPS.includes(groupVersion(group, version)))
        .flatMap(({ version, resources }) =>
          resources.map((resource) => ({
            group,
            version,
            kind: resource.responseKind.kind,
            plural: resource.resource,
            singular: resource.singularResource,
            shortNames: resource.shortNames ?? [],
            categories: resource.categories ?? [],
            namespaced: resource.scope === 'Namespaced',
            verbs: resource.verbs,
            subresources: (resource.subresources ?? []).map(({ subresource, responseKind, verbs }) => ({
              name: subresource,
              kind: responseKind?.kind ?? resource.responseKind.kind,
              ...(responseKind !== undefined &&
                responseKind.version !== '' && { group: responseKind.group, version: responseKind.version }),
              verbs,
            })),
          })),
        ),
    );
}

/** Options and Status name the group of the document that they are read from, so that each document has its own: dropped. */
const SHARED = /^io\.k8s\.apimachinery\./;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([field, part]) => [field, sorted(part)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function definitions(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const name of GROUPS) {
    const path = name.includes('/') ? `apis/${name}` : `api/${name}`;
    const document = (await get(`/openapi/v3/${path}`)) as { components: { schemas: Record<string, object> } };
    for (const [definition, schema] of Object.entries(document.components.schemas)) {
      const { 'x-kubernetes-group-version-kind': kinds, ...rest } = schema as Record<string, unknown>;
      const kept = SHARED.test(definition) || kinds === undefined ? rest : { ...rest, 'x-kubernetes-group-version-kind': kinds };
      const text = JSON.stringify(sorted(kept));
      // An aggregated API server may be built of older libraries than the API server: the first one, which is that, holds.
      if (!all.has(definition)) all.set(definition, text);
      else if (all.get(definition) !== text) process.stderr.write(`${path} describes ${definition} in its own way\n`);
    }
  }
  return all;
}

const file = (name: string): URL => new URL(`data/${name}`, import.meta.url);
const kinds = await servedKinds();
const missing = GROUPS.filter((name) => !kinds.some(({ group, version }) => groupVersion(group, version) === name));
if (missing.length > 0) throw new Error(`the server does not serve ${missing.join(', ')}`);
writeFileSync(file('kinds.jsonl'), kinds.map((kind) => `${JSON.stringify(kind)}\n`).join(''));
const lines = [...(await definitions())].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file('definitions.jsonl'), lines.map(([name, schema]) => `[${JSON.stringify(name)},${schema}]\n`).join(''));
