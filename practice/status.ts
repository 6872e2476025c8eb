/** What the API server answers when it refuses: a Status, thrown. */

export interface StatusCause {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldManagerConflict`, … */
  readonly reason: string;
  readonly message: string;
  /** `spec.containers[0].image` */
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** Kubernetes writes the resource here, not the kind, except for invalid objects. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Failure';
  readonly message: string;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, `Expired`, … */
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: Status;

  /** @param metadata of a list that can be continued in another way */
  constructor(code: number, reason: string, message: string, details?: StatusDetails, metadata: Status['metadata'] = {}) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      reason,
      ...(details !== undefined && { details }),
      code,
    };
  }
}

/** What an error is about: `deployments.apps "shop"`. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly name: string;
}

const titled = ({ group, plural, name }: Subject): string => `${plural}${group === '' ? '' : `.${group}`} "${name}"`;
const detailsOf = ({ group, plural, name }: Subject): StatusDetails => ({ name, ...(group !== '' && { group }), kind: plural });

export const notFound = (subject: Subject): StatusError =>
  new StatusError(404, 'NotFound', `${titled(subject)} not found`, detailsOf(subject));

/** @param isGoing what stands in the way is being deleted */
export function alreadyExists(subject: Subject, isGoing = false): StatusError {
  const before = isGoing ? 'object is being deleted: ' : '';
  return new StatusError(409, 'AlreadyExists', `${before}${titled(subject)} already exists`, detailsOf(subject));
}

export const conflict = (subject: Subject, why: string): StatusError =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${titled(subject)}: ${why}`, detailsOf(subject));

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

/** The version that a list or watch goes on from is no longer kept. */
export const expired = (message: string): StatusError => new StatusError(410, 'Expired', message);

/** @param kind the object's kind, as the server writes it here */
export function invalid(kind: { group: string; kind: string }, name: string, causes: readonly StatusCause[]): StatusError {
  // The same words twice are said once; the causes keep both.
  const said = [...new Set(causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`)))];
  return new StatusError(
    422,
    'Invalid',
    `${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} "${name}" is invalid: ${said.length === 1 ? said[0] : `[${said.join(', ')}]`}`,
    { ...(name !== '' && { name }), ...(kind.group !== '' && { group: kind.group }), kind: kind.kind, causes },
  );
}
