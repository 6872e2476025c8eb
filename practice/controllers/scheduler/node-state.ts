import type { Node, Pod } from '../shapes.ts';
import { podRequests, resourcesOf, type Resources } from './requests.ts';

/** A port of a node that a pod wants for itself: `TCP/8080`. */
export const hostPortsOf = ({ spec }: Pod): readonly string[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP' }) =>
      hostPort === undefined || hostPort === 0 ? [] : [`${protocol}/${hostPort}`],
    ),
  );

/** Who made a pod, for spreading pods of one owner. */
export const ownerOf = ({ metadata }: Pod): string | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;

const NONE: Resources = new Map();

/** A node as the scheduler has it in mind: what it has, and what is taken of it. */
export class NodeState {
  readonly pods = new Map<string, Pod>();
  readonly requested = new Map<string, number>();
  readonly ports = new Map<string, number>();
  /** How many pods of each owner are here. */
  readonly owners = new Map<string, number>();
  /** How many pods here do not want certain others near them. */
  exclusive = 0;
  node: Node;
  allocatable: Resources = NONE;

  constructor(node: Node) {
    this.node = node;
    this.replace(node);
  }

  replace(node: Node): void {
    if (this.allocatable === NONE || node.status?.allocatable !== this.node.status?.allocatable)
      this.allocatable = resourcesOf(node.status?.allocatable);
    this.node = node;
  }

  add(pod: Pod): void {
    if (this.pods.has(pod.metadata.uid)) this.remove(pod.metadata.uid);
    this.pods.set(pod.metadata.uid, pod);
    this.#count(pod, 1);
  }

  remove(uid: string): void {
    const pod = this.pods.get(uid);
    if (pod === undefined) return;
    this.pods.delete(uid);
    this.#count(pod, -1);
  }

  #count(pod: Pod, sign: 1 | -1): void {
    const bump = (map: Map<string, number>, key: string, amount: number): void => {
      map.set(key, (map.get(key) ?? 0) + sign * amount);
    };
    for (const [name, amount] of podRequests(pod)) bump(this.requested, name, amount);
    for (const port of hostPortsOf(pod)) bump(this.ports, port, 1);
    if (pod.spec.affinity?.podAntiAffinity !== undefined) this.exclusive += sign;
    const owner = ownerOf(pod);
    if (owner !== undefined) bump(this.owners, owner, 1);
  }
}
