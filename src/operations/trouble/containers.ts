import { at, listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { exitOf, type Exit } from './exits.ts';

/** A sidecar is an init container that keeps running (`restartPolicy: Always`). */
export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral';

/** One container of a pod: what was asked for, and what became of it. */
export interface ContainerView {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: unknown;
  /** Where its status stands in the pod: `status.containerStatuses[0]`; for evidence. */
  readonly path: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How it ended the time before. */
  readonly last: Exit | undefined;
}

export type ContainerState =
  | { readonly is: 'running'; readonly since: string | undefined }
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string | undefined }
  | { readonly is: 'terminated'; readonly exit: Exit }
  /** The kubelet has said nothing of it yet. */
  | { readonly is: 'unknown' };

const LISTS = [
  { spec: 'initContainers', status: 'initContainerStatuses', role: 'init' },
  { spec: 'containers', status: 'containerStatuses', role: 'app' },
  { spec: 'ephemeralContainers', status: 'ephemeralContainerStatuses', role: 'ephemeral' },
] as const;

/** All containers of a pod, in the order in which they start. */
export function containersOf(pod: KubernetesObject): ContainerView[] {
  return LISTS.flatMap((list) => {
    const statuses = listAt(pod, 'status', list.status);
    return listAt(pod, 'spec', list.spec).map((spec): ContainerView => {
      const name = textAt(spec, 'name') ?? '';
      const index = statuses.findIndex((status) => textAt(status, 'name') === name);
      const status = statuses[index];
      const sidecar = list.role === 'init' && textAt(spec, 'restartPolicy') === 'Always';
      return {
        name,
        role: sidecar ? 'sidecar' : list.role,
        spec,
        path: `status.${list.status}[${Math.max(index, 0)}]`,
        ready: at(status, 'ready') === true,
        started: at(status, 'started') === true,
        restarts: numberAt(status, 'restartCount') ?? 0,
        state: stateOf(at(status, 'state')),
        last: exitOf(at(status, 'lastState', 'terminated')),
      };
    });
  });
}

function stateOf(state: unknown): ContainerState {
  const running = at(state, 'running');
  if (running !== undefined) return { is: 'running', since: textAt(running, 'startedAt') };
  const waiting = at(state, 'waiting');
  if (waiting !== undefined)
    return { is: 'waiting', reason: textAt(waiting, 'reason') ?? 'Waiting', message: textAt(waiting, 'message') };
  const exit = exitOf(at(state, 'terminated'));
  return exit === undefined ? { is: 'unknown' } : { is: 'terminated', exit };
}

/** How a container ended last, whether it waits to be started again, is ended now, or runs again. */
export function lastExit(container: ContainerView): Exit | undefined {
  return container.state.is === 'terminated' ? container.state.exit : container.last;
}

/** `container "app"`, `init container "migrate"`. */
export function sayContainer({ role, name }: Pick<ContainerView, 'role' | 'name'>): string {
  const kind = role === 'app' ? 'container' : role === 'init' ? 'init container' : role;
  return `${kind} "${name}"`;
}
