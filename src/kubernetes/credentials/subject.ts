import { UsageError } from '../../platform/index.ts';
import { KubernetesError } from '../errors.ts';

/** Who wants to log in, and where: what every message about credentials begins with. */
export interface Subject {
  readonly identity: string;
  readonly cluster: string;
  /** The kubeconfig that says so; missing in a pod. */
  readonly file?: string | undefined;
}

/**
 * The error for credentials that cannot be had now. `what` must hold nothing secret, and a `cause` is left out unless
 * it is known to hold nothing secret either: errors of child processes carry the arguments.
 */
export function loginError(subject: Subject, what: string, details: { advice?: string; cause?: unknown } = {}): KubernetesError {
  return new KubernetesError('credentials', `Cannot log in to cluster ${subject.cluster} as "${subject.identity}": ${what}.`, {
    ...details,
    scene: { cluster: subject.cluster, identity: subject.identity },
  });
}

/** The error for a user whose entry in the kubeconfig cannot be meant. */
export function userError(subject: Subject, field: string, what: string, advice?: string): UsageError {
  const where = subject.file === undefined ? '' : ` in kubeconfig ${subject.file}`;
  return new UsageError(`User "${subject.identity}"${where}: ${what}.`, { code: 'kubeconfig', field, advice });
}
