/** Why some nodes cannot take a pod. */
export type NodeRefusal =
  | 'resource'
  | 'taint'
  | 'selector'
  | 'affinity'
  | 'spread'
  | 'ports'
  | 'claim'
  | 'volume-node'
  | 'volume-count'
  | 'cordoned'
  | 'other';

export interface Refusals {
  /** Nodes that refuse for this reason; undefined when it is not about nodes. */
  readonly count: number | undefined;
  readonly sort: NodeRefusal;
  /** What it is about: `cpu`, `{dedicated: gpu}`; empty where the sort says all. */
  readonly subject: string;
}

export interface Scheduling {
  /** Nodes that the scheduler looked at; undefined when it did not come to nodes. */
  readonly nodes: number | undefined;
  readonly refusals: readonly Refusals[];
}

/** The scheduler's sentences about nodes. The first that fits wins. */
const SENTENCES: readonly { readonly pattern: RegExp; readonly sort: NodeRefusal; readonly from: string }[] = [
  { pattern: /^Insufficient (\S+)$/, sort: 'resource', from: 'NodeResourcesFit' },
  { pattern: /^Too many pods$/, sort: 'resource', from: 'NodeResourcesFit, the limit of pods a node' },
  {
    pattern: /untolerated taint(?:\(s\))?\s*(\{.*\})?$/,
    sort: 'taint',
    from: 'TaintToleration; newer schedulers leave the taint out',
  },
  { pattern: /^node\(s\) had taint (\{.*\}), that the pod didn't tolerate$/, sort: 'taint', from: 'TaintToleration before 1.24' },
  { pattern: /node affinity\/selector$/, sort: 'selector', from: 'NodeAffinity' },
  { pattern: /(?:pod (?:anti-)?affinity|anti-affinity) rules/, sort: 'affinity', from: 'InterPodAffinity' },
  { pattern: /topology spread constraints/, sort: 'spread', from: 'PodTopologySpread' },
  { pattern: /free ports/, sort: 'ports', from: 'NodePorts' },
  { pattern: /volume node affinity conflict/, sort: 'volume-node', from: 'VolumeBinding: the bound volume is elsewhere' },
  { pattern: /exceed max volume count/, sort: 'volume-count', from: 'NodeVolumeLimits' },
  { pattern: /persistent volumes? to bind/, sort: 'claim', from: 'VolumeBinding: no volume fits the claim' },
  { pattern: /were unschedulable$/, sort: 'cordoned', from: 'NodeUnschedulable' },
];

/** Sentences that stand for the whole message: the scheduler did not come to nodes. */
const WHOLE: readonly { readonly pattern: RegExp; readonly sort: NodeRefusal }[] = [
  { pattern: /persistentvolumeclaim "([^"]+)" not found/, sort: 'claim' },
  { pattern: /persistentvolumeclaim "([^"]+)" is being deleted/, sort: 'claim' },
  { pattern: /pod has unbound immediate PersistentVolumeClaims/, sort: 'claim' },
];

/**
 * The counts in a scheduler's message: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). …`
 * What follows the first sentence (preemption, claims to deallocate) says only that evicting others would not help.
 */
export function parseScheduling(message: string): Scheduling {
  const nodes = /0\/(\d+) nodes are available/.exec(message)?.[1];
  for (const { pattern, sort } of WHOLE) {
    const found = pattern.exec(message);
    if (found !== null) return { nodes: numberOr(nodes), refusals: [{ count: numberOr(nodes), sort, subject: found[1] ?? '' }] };
  }
  const list = /nodes are available: (.*?)(?:\.\s|\.$|$)/s.exec(message)?.[1] ?? '';
  // A comma inside braces or words belongs to a reason: every reason begins with its count.
  const refusals = list.split(/, (?=\d+ )/).flatMap((part) => {
    const [, count, text] = /^(\d+) (.*)$/s.exec(part.trim()) ?? [];
    return text === undefined ? [] : [{ count: Number(count), ...sortOf(text.trim()) }];
  });
  return { nodes: numberOr(nodes), refusals: refusals.toSorted((a, b) => b.count - a.count) };
}

function sortOf(text: string): Pick<Refusals, 'sort' | 'subject'> {
  for (const { pattern, sort } of SENTENCES) {
    const found = pattern.exec(text);
    if (found !== null) return { sort, subject: found[1] ?? (text === 'Too many pods' ? 'pods' : '') };
  }
  return { sort: 'other', subject: text };
}

/** How each sort is said, behind its count. */
const SAYS: Readonly<Record<NodeRefusal, (subject: string) => string>> = {
  resource: (subject) => (subject === 'pods' ? 'full of pods' : `Insufficient ${subject}`),
  taint: (subject) => (subject === '' ? 'tainted' : `tainted ${subject}`),
  selector: () => 'do not match node selector or affinity',
  affinity: () => 'against pod (anti-)affinity',
  spread: () => 'against topology spread',
  ports: () => 'host port taken',
  claim: () => 'no volume for the claim',
  'volume-node': () => 'cannot reach the bound volume',
  'volume-count': () => 'full of volumes',
  cordoned: () => 'cordoned',
  other: (subject) => subject,
};

/** `0/41 nodes: 40 tainted, 1 Insufficient cpu`; undefined when the message says nothing that is understood. */
export function sayScheduling({ nodes, refusals }: Scheduling): string | undefined {
  const [first] = refusals;
  if (first === undefined) return undefined;
  if (first.sort === 'claim' && refusals.length === 1) {
    return first.subject === ''
      ? 'a PersistentVolumeClaim of it is not bound'
      : `PersistentVolumeClaim ${first.subject} does not exist`;
  }
  const parts = refusals.map(({ count, sort, subject }) => {
    const says = SAYS[sort](subject);
    return refusals.length === 1 && count === nodes ? says : `${count ?? ''} ${says}`.trim();
  });
  return `${nodes === undefined ? '' : `0/${nodes} nodes: `}${parts.join(', ')}`;
}

function numberOr(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
