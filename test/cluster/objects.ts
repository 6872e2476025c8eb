/** Any Kubernetes object. What is below metadata is unknown here: look into it with `at`. */
export type KubeObject = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
};

export type KubeList = {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
};

/** The API server answered with an error status. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(method: string, path: string, status: number, reason: string, message: string) {
    super(`${method} ${path}: ${status} ${message}`);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
  }
}

export const isStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof ApiError && statuses.includes(error.status);

/** Looks into an object: `at(pod, 'status', 'containerStatuses', 0, 'state')`; `undefined` where the way ends. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here: unknown = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string | number, unknown>>)[step];
  }
  return here;
}

/** Whether a condition of the object's status has the wanted value. */
export function hasCondition(object: KubeObject | undefined, type: string, status = 'True'): boolean {
  return at(conditionOf(object, type), 'status') === status;
}

/** The condition of a type in the object's status. */
export function conditionOf(object: KubeObject | undefined, type: string): unknown {
  const conditions = at(object, 'status', 'conditions');
  return Array.isArray(conditions) ? conditions.find((condition) => at(condition, 'type') === type) : undefined;
}
