/** What a debugging container may do. */
export interface Profile {
  /** Its security context in a pod, its own or a copy. */
  readonly inPod: object | undefined;
  /** The same in a pod on a node. */
  readonly onNode: object | undefined;
  /** On a node: in the namespaces of the host, of its network, processes and IPC. */
  readonly hostNamespaces: boolean;
  /** On a node: with the file system of the host at /host. */
  readonly hostFiles: boolean;
}

const TRACING = { capabilities: { add: ['SYS_PTRACE'] } };
const NETWORK = { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } };
const PRIVILEGED = { privileged: true };
/** All that the restricted policy asks of a container. */
const RESTRICTED = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

export const PROFILE_NAMES = ['general', 'baseline', 'restricted', 'netadmin', 'sysadmin'] as const;

/**
 * What each profile means, as kubectl has it.
 * Source: https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#debugging-profiles
 */
export const PROFILES: Readonly<Record<(typeof PROFILE_NAMES)[number], Profile>> = {
  general: { inPod: TRACING, onNode: undefined, hostNamespaces: true, hostFiles: true },
  baseline: { inPod: undefined, onNode: undefined, hostNamespaces: false, hostFiles: false },
  restricted: { inPod: RESTRICTED, onNode: RESTRICTED, hostNamespaces: false, hostFiles: false },
  netadmin: { inPod: NETWORK, onNode: NETWORK, hostNamespaces: true, hostFiles: false },
  sysadmin: { inPod: PRIVILEGED, onNode: PRIVILEGED, hostNamespaces: true, hostFiles: true },
};
