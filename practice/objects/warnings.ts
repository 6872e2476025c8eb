import type { DraftObject } from '../model.ts';
import { dnsLabel } from './rules/formats.ts';
import type { ObjectType } from './type.ts';
import { fieldsOf, isEmpty, listOf, textOf, type Fields } from './values.ts';

/** What the server says of something that it takes nevertheless. */
type Warn = (path: string, value: Fields) => readonly string[];

/** Labels of nodes that have other names now. */
const RENAMED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
};

/** Quantities of bytes, of which there is no half. */
const BYTES: readonly string[] = ['memory', 'ephemeral-storage'];

interface At {
  readonly path: string;
  readonly value: Fields;
}

const itemsAt = (path: string, list: unknown): readonly At[] =>
  listOf(list).map((item, i) => ({ path: `${path}[${i}]`, value: fieldsOf(item) }));

const containersOf = (path: string, spec: Fields): readonly At[] =>
  ['initContainers', 'containers'].flatMap((list) => itemsAt(`${path}.${list}`, spec[list]));

const hiddenVariables: Warn = (path, { env }) => {
  const seen = new Set<unknown>();
  return itemsAt(`${path}.env`, env).flatMap(({ path: here, value: { name } }) => {
    const hides = seen.has(name);
    seen.add(name);
    return hides ? [`${here}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`] : [];
  });
};

const brokenBytes: Warn = (path, { resources }) =>
  ['limits', 'requests'].flatMap((part) =>
    BYTES.flatMap((name) => {
      const quantity = textOf(fieldsOf(fieldsOf(resources)[part])[name]);
      if (!quantity.endsWith('m') || quantity.endsWith('000m')) return [];
      const words = `fractional byte value ${JSON.stringify(quantity)} is invalid, must be an integer`;
      return [`${path}.resources.${part}[${name}]: ${words}`];
    }),
  );

const portsOf = ({ path, value }: At): readonly At[] => itemsAt(`${path}.ports`, value['ports']);

const samePort = (a: Fields, b: Fields): boolean =>
  a['containerPort'] === b['containerPort'] && a['protocol'] === b['protocol'] && isSameHost(a, b);
const isSameHost = (a: Fields, b: Fields): boolean => a['hostPort'] === b['hostPort'] && a['hostIP'] === b['hostIP'];

const doublePorts: Warn = (path, spec) => {
  const ports = containersOf(path, spec).flatMap(portsOf);
  return ports.flatMap(({ path: here, value }, i) =>
    ports
      .slice(0, i)
      .filter((other) => samePort(other.value, value))
      .map((other) => `${here}: duplicate port definition with ${other.path}`),
  );
};

/** Within a container the same name twice is refused. */
const doublePortNames: Warn = (path, spec) => {
  const first = new Map<unknown, string>();
  return containersOf(path, spec)
    .flatMap(portsOf)
    .flatMap(({ path: here, value: { name } }) => {
      if (name === undefined || name === '') return [];
      const other = first.get(name);
      if (other === undefined) first.set(name, here);
      if (other === undefined) return [];
      return [
        `${here}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ];
    });
};

const twice =
  (list: string, field: string): Warn =>
  (path, spec) => {
    const seen = new Set<unknown>();
    return itemsAt(`${path}.${list}`, spec[list]).flatMap(({ path: here, value }) => {
      const key = value[field];
      const again = seen.has(key);
      seen.add(key);
      return again ? [`${here}.${field}: duplicate ${field} ${JSON.stringify(key)}`] : [];
    });
  };

const unselective: Warn = (path, { topologySpreadConstraints }) =>
  itemsAt(`${path}.topologySpreadConstraints`, topologySpreadConstraints)
    .filter(({ value }) => value['labelSelector'] === undefined)
    .map(({ path: here }) => `${here}.labelSelector: a null labelSelector results in matching no pod`);

const renamedLabels: Warn = (path, { nodeSelector }) =>
  Object.keys(fieldsOf(nodeSelector))
    .filter((label) => RENAMED_LABELS[label] !== undefined)
    .map((label) => `${path}.nodeSelector[${label}]: ${RENAMED_LABELS[label] ?? ''}`);

const ofContainers =
  (...all: readonly Warn[]): Warn =>
  (path, spec) =>
    containersOf(path, spec).flatMap((container) => all.flatMap((warn) => warn(container.path, container.value)));

const POD_SPEC: readonly Warn[] = [
  renamedLabels,
  unselective,
  twice('imagePullSecrets', 'name'),
  twice('hostAliases', 'ip'),
  ofContainers(brokenBytes, hiddenVariables),
  doublePorts,
  doublePortNames,
];

const podSpec: Warn = (path, spec) => POD_SPEC.flatMap((warn) => warn(path, spec));

/** Warns of a part that may be missing. */
const at =
  (part: string, warn: Warn): Warn =>
  (path, value) =>
    isEmpty(value[part]) ? [] : warn(path === '' ? part : `${path}.${part}`, fieldsOf(value[part]));

const podTemplate = at('template', at('spec', podSpec));
const workload = at('spec', podTemplate);

const dottedName: Warn = (_, { metadata }) => {
  const name = textOf(fieldsOf(metadata)['name']);
  const why = dnsLabel(name);
  if (why.length === 0) return [];
  const words = 'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${words}: [${why.join(', ')}]`];
};

const headlessAffinity: Warn = (_, { clusterIP, sessionAffinity }) =>
  clusterIP === 'None' && sessionAffinity === 'ClientIP' ? ['spec.SessionAffinity is ignored for headless services'] : [];

/** Kinds that are made of pods, and Services. */
const WARNINGS: Readonly<Record<string, Warn>> = {
  '/Pod': at('spec', podSpec),
  '/PodTemplate': podTemplate,
  '/ReplicationController': workload,
  '/Service': at('spec', headlessAffinity),
  'apps/DaemonSet': workload,
  'apps/Deployment': workload,
  'apps/ReplicaSet': workload,
  'apps/StatefulSet': workload,
  'batch/CronJob': at('spec', at('jobTemplate', workload)),
  'batch/Job': (path, job) => [...dottedName(path, job), ...workload(path, job)],
};

/**
 * What an object is warned of that is written: nothing that keeps it from being stored. For the `Warning` headers.
 * Source: the behaviour of kube-apiserver 1.36; of its warnings these are the ones that workloads meet.
 */
export const warningsOf = ({ group, kind, custom }: ObjectType, object: DraftObject): readonly string[] =>
  custom ? [] : (WARNINGS[`${group}/${kind}`]?.('', object) ?? []);
