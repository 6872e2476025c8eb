import { nearest } from '../../platform/index.ts';
import { getObject, listPage, mapAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  containersOf,
  parseConfiguration,
  parseScheduling,
  conditionOf,
  podTrouble,
  pvcTrouble,
  some,
  type Finding,
  type FindingCode,
} from '../trouble/index.ts';
import { claimNames } from './containers.ts';
import { readEvents } from './events.ts';
import type { Cause } from './facts.ts';
import { readTail } from './log.ts';
import { MOST, type Lookup } from './lookup.ts';
import { sayResource, saySelector, sayTaints } from './nodes.ts';

/** Causes that are looked into at most: those after them are told as they are. */
const DEEP = 2;

/** What looking further brings. */
export interface Deepened {
  readonly causes: readonly Cause[];
  /** Events that were read on the way. */
  readonly events: readonly KubernetesObject[];
}

interface Ground {
  readonly pod: KubernetesObject;
  readonly look: Lookup;
  readonly now: number;
}

type Deepen = (finding: Finding, ground: Ground) => Promise<Partial<Cause>>;

/** What to look at beyond the pod, by what is the matter with it. */
const FURTHER: Readonly<Partial<Record<FindingCode, Deepen>>> = {
  'crash-loop': lastWords,
  'container-failed': lastWords,
  restarting: lastWords,
  'config-missing': whatIsThere,
  unschedulable: whatNodesHave,
};

/** Sorts whose reason stands in the pod's events only. */
const TOLD_BY_EVENTS: ReadonlySet<FindingCode> = new Set([
  'not-ready',
  'stuck-creating',
  'container-start',
  'image-pull',
  'replica-failure',
]);

/**
 * Looks further into the first causes that pods show: the events and the log of one pod that stands for all alike, what
 * nodes, claims and ConfigMaps there are.
 * @param events those of the pods that are known already, by the pod's uid
 */
export async function deepen(
  findings: readonly Finding[],
  pods: readonly KubernetesObject[],
  look: Lookup,
  now: number,
  known?: readonly KubernetesObject[],
): Promise<Deepened> {
  const events: KubernetesObject[] = [];
  const causes = await Promise.all(
    findings.map(async (finding, index): Promise<Cause> => {
      const pod = pods.find(({ metadata }) => metadata?.name === finding.subject.name);
      if (finding.subject.kind !== 'Pod' || pod === undefined || index >= DEEP) return finding;
      const own = known ?? (needsEvents(finding, pod) ? await readEvents(look, pod) : []);
      if (known === undefined) events.push(...(own ?? []));
      const better = own === undefined || own.length === 0 ? finding : withEvents(finding, pod, now, own);
      return { ...better, ...(await FURTHER[better.code]?.(better, { pod, look, now })) };
    }),
  );
  return { causes, events };
}

function needsEvents(finding: Finding, pod: KubernetesObject): boolean {
  if (TOLD_BY_EVENTS.has(finding.code)) return finding.quote === undefined && finding.code !== 'image-pull';
  if (finding.code !== 'crash-loop' && finding.code !== 'restarting') return false;
  const container = containersOf(pod).find(({ name }) => name === finding.subject.container);
  const exit = container?.state.is === 'terminated' ? container.state.exit : container?.last;
  // Killed from outside: only the events say by whom.
  return exit?.killed === true;
}

/** The same finding as the events let it be told. */
function withEvents(finding: Finding, pod: KubernetesObject, now: number, events: readonly KubernetesObject[]): Finding {
  const { container } = finding.subject;
  const better = podTrouble(pod, now, events).find((candidate) => candidate.subject.container === container) ?? finding;
  return { ...better, count: finding.count };
}

/** The end of the log of what crashed, unless it left its reason in its status. */
async function lastWords(finding: Finding, { pod, look }: Ground): Promise<Partial<Cause>> {
  const container = containersOf(pod).find(({ name }) => name === finding.subject.container);
  if (container === undefined || finding.quote !== undefined) return {};
  // Of a container that waits to start again, `previous` is the one that ended; of one that has ended for good there is no other.
  const log = await readTail(look, pod, container.name, container.state.is !== 'terminated' && container.last !== undefined);
  return log === undefined ? {} : { log };
}

/** What the ConfigMap or Secret has instead of the key that is missing, or what is named alike. */
async function whatIsThere(finding: Finding, { pod, look }: Ground): Promise<Partial<Cause>> {
  const states = containersOf(pod).flatMap(({ state }) => (state.is === 'waiting' ? (state.message ?? []) : []));
  const missing = states.map(parseConfiguration).find((entry) => entry !== undefined) ?? fromWhy(finding.why);
  if (missing === undefined || missing.name === '') return {};
  const { namespace } = pod.metadata ?? {};
  if (missing.key !== undefined) {
    const kind = look.kind('', missing.kind);
    const object = kind && (await look.hint(async () => getObject(look.connection, kind, { namespace, name: missing.name })));
    if (object === undefined) return {};
    return { hints: [sayKeys(missing.key, Object.keys({ ...mapAt(object, 'data'), ...mapAt(object, 'binaryData') }))] };
  }
  const close = nearest(missing.name, await look.names('', missing.kind, namespace));
  return close.length === 0 ? {} : { hints: [`there is ${close.join(', ')}`] };
}

function fromWhy(why: string | undefined) {
  const [, kind, name] = /^(ConfigMap|Secret) (\S+) does not exist$/.exec(why ?? '') ?? [];
  return kind === undefined || name === undefined ? undefined : parseConfiguration(`${kind.toLowerCase()} "${name}" not found`);
}

function sayKeys(wanted: string, keys: readonly string[]): string {
  if (keys.length === 0) return 'it has no keys at all';
  const close = nearest(wanted, keys);
  return `it has ${some([...new Set([...close, ...keys])], 6)}`;
}

/** What the nodes have of what the pod wants, and what is the matter with its claims. */
async function whatNodesHave(_finding: Finding, { pod, look, now }: Ground): Promise<Partial<Cause>> {
  const { refusals } = parseScheduling(textAt(conditionOf(pod, 'PodScheduled'), 'message') ?? '');
  if (refusals.some(({ sort }) => sort === 'claim')) return claimsOf(pod, look, now);
  const resources = refusals.filter(({ sort }) => sort === 'resource').map(({ subject }) => subject);
  const needsNodes = resources.length > 0 || refusals.some(({ sort }) => sort === 'selector' || sort === 'taint');
  if (!needsNodes) return {};
  const kind = look.kind('', 'Node');
  const nodes = kind && (await look.hint(async () => listPage(look.connection, kind, { limit: MOST })));
  if (nodes === undefined) return {};
  const hints = [
    ...resources.flatMap((resource) => sayResource(resource, pod, nodes.items)),
    ...saySelector(pod, nodes.items),
    ...sayTaints(pod, nodes.items),
  ];
  return hints.length === 0 ? {} : { hints };
}

async function claimsOf(pod: KubernetesObject, look: Lookup, now: number): Promise<Partial<Cause>> {
  const names = claimNames(pod).slice(0, 3);
  const { namespace } = pod.metadata ?? {};
  const [claims, classes] = await Promise.all([
    Promise.all(names.map((name) => look.get(look.kind('', 'PersistentVolumeClaim'), { namespace, name }))),
    look.list('storage.k8s.io', 'StorageClass', {}),
  ]);
  const because = claims.flatMap((claim, index): Finding[] => {
    const subject = { kind: 'PersistentVolumeClaim', namespace, name: names[index] ?? '' };
    if (claim === null) return [{ severity: 'broken', code: 'claim-lost', subject, what: 'does not exist' }];
    if (claim === undefined) return [];
    const named = textAt(claim, 'spec', 'storageClassName');
    const found = classes?.items.find(({ metadata }) => metadata?.name === named);
    return pvcTrouble(claim, now, { storageClass: classes === undefined ? undefined : (found ?? null), users: [pod] });
  });
  return because.length === 0 ? {} : { because };
}
