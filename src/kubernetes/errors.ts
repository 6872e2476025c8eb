import { FairleadError } from '../platform/index.ts';
import { listAt, numberAt, textAt } from './objects.ts';
import { isResourceRequest, type ApiRequest } from './request.ts';

/** Every way in which a request to an API server ends badly. */
export type KubernetesErrorCode =
  /** 401: the server does not know who asks. */
  | 'unauthorized'
  /** 403: it knows, and says no. */
  | 'forbidden'
  /** 404: no such object, or no such resource. */
  | 'not-found'
  /** 409: somebody else changed it, owns the field, or the name is taken. */
  | 'conflict'
  /** 400, 413, 415, 422: the server cannot accept what was sent; `causes` names the fields. */
  | 'invalid'
  /** 405: the resource does not know the verb. */
  | 'not-supported'
  /** 429, after the retries. */
  | 'throttled'
  /** 410: the version or the page asked for is too old. */
  | 'expired'
  /** No answer within the deadline. */
  | 'timeout'
  /** No connection: DNS, refused, reset, TLS. */
  | 'unreachable'
  /** 5xx. */
  | 'server'
  /** The caller's own credentials could not be had: plugin missing, file unreadable, token expired. */
  | 'credentials'
  /** The answer was no valid JSON, or of another shape than the API promises. */
  | 'bad-answer';

/** One field that the server did not accept, or one field that another manager owns. */
export interface FieldCause {
  readonly field: string;
  readonly message: string;
  readonly reason: string;
}

/** What an error happened to. */
export interface ErrorScene {
  readonly cluster?: string | undefined;
  readonly identity?: string | undefined;
  readonly verb?: string | undefined;
  readonly group?: string | undefined;
  /** The resource with its subresource: `pods/log`. */
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Thrown when an API server refuses, fails, or cannot be reached. The message is complete for a reader who sees nothing else. */
export class KubernetesError extends FairleadError {
  override readonly name = 'KubernetesError';
  declare readonly code: KubernetesErrorCode;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The server's one-word reason: `NotFound`, `AlreadyExists`. */
  readonly reason: string | undefined;
  /** Of `not-found`: whether the object (or its namespace) is not there, or nothing is served as its resource. */
  readonly missing: 'object' | 'resource' | undefined;
  readonly causes: readonly FieldCause[];
  /** The server's own sentence. Text from outside: clean it before showing it. */
  readonly serverMessage: string | undefined;
  /** How long the server asked to wait, in seconds. */
  readonly retryAfter: number | undefined;
  readonly scene: ErrorScene;

  constructor(
    code: KubernetesErrorCode,
    message: string,
    details: {
      status?: number | undefined;
      reason?: string | undefined;
      missing?: 'object' | 'resource' | undefined;
      causes?: readonly FieldCause[];
      serverMessage?: string | undefined;
      retryAfter?: number | undefined;
      scene?: ErrorScene;
      advice?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, details);
    this.status = details.status;
    this.reason = details.reason;
    this.missing = details.missing;
    this.causes = details.causes ?? [];
    this.serverMessage = details.serverMessage;
    this.retryAfter = details.retryAfter;
    this.scene = details.scene ?? {};
  }
}

/** True for a KubernetesError of one of the codes. */
export function isKubernetesError(thrown: unknown, ...codes: readonly KubernetesErrorCode[]): thrown is KubernetesError {
  return thrown instanceof KubernetesError && (codes.length === 0 || codes.includes(thrown.code));
}

const CODES: Readonly<Record<number, KubernetesErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'invalid',
  409: 'conflict',
  410: 'expired',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'throttled',
  504: 'timeout',
};

/** The API never redirects; a login page or a load balancer does. */
const codeOf = (status: number): KubernetesErrorCode => CODES[status] ?? (status < 400 ? 'bad-answer' : 'server');

export function sceneOf(request: ApiRequest, place: { readonly cluster: string; readonly identity: string }): ErrorScene {
  if (!isResourceRequest(request)) return { ...place, verb: request.verb, resource: request.nonResource };
  const resource = request.subresource === undefined ? request.resource : `${request.resource}/${request.subresource}`;
  return { ...place, verb: request.verb, group: request.group, resource, namespace: request.namespace, name: request.name };
}

/** The error for an answer whose status is 300 or more; `body` is the decoded Status object, or the raw text of something else. */
export function errorFromAnswer(status: number, body: unknown, scene: ErrorScene, retryAfter?: number): KubernetesError {
  const code = codeOf(status);
  const serverMessage =
    textAt(body, 'message') ?? (typeof body === 'string' && body.trim() !== '' ? body.trim().slice(0, 4_000) : undefined);
  const causes = listAt(body, 'details', 'causes').map((cause) => ({
    field: textAt(cause, 'field') ?? '',
    message: textAt(cause, 'message') ?? '',
    reason: textAt(cause, 'reason') ?? '',
  }));
  const budget = causes.find((cause) => cause.reason === 'DisruptionBudget');
  return new KubernetesError(
    code,
    budget === undefined
      ? describe(code, { status, body, serverMessage, scene })
      : `A disruption budget does not allow to evict ${objectOf(scene)}${whereOf(scene)}: ${budget.message}`,
    {
      status,
      reason: textAt(body, 'reason'),
      missing: code !== 'not-found' ? undefined : isAboutObject(body, scene) ? 'object' : 'resource',
      causes,
      serverMessage,
      retryAfter: retryAfter ?? numberAt(body, 'details', 'retryAfterSeconds'),
      scene,
      advice:
        budget === undefined
          ? adviceFor(code, serverMessage, scene)
          : 'Wait until more of its pods are healthy, or look at the budget.',
    },
  );
}

const ADVICE: Readonly<Partial<Record<KubernetesErrorCode, string>>> = {
  unauthorized: 'Log in again: the token or certificate is expired, revoked, or meant for another cluster.',
  expired: 'Ask again from the start, without a cursor.',
  throttled: 'The server is busy; ask again a little later, or for less.',
  'bad-answer': 'Something else than a Kubernetes API server may answer here: check the server address and any proxy.',
};

function describe(
  code: KubernetesErrorCode,
  answer: {
    readonly status: number;
    readonly body: unknown;
    readonly serverMessage: string | undefined;
    readonly scene: ErrorScene;
  },
): string {
  const { status, body, serverMessage, scene } = answer;
  const where = whereOf(scene);
  const said = serverMessage === undefined ? '' : `: ${inShort(serverMessage)}`;
  switch (code) {
    case 'unauthorized':
      return `Not logged in${where} as "${scene.identity ?? '?'}": the server answered 401 Unauthorized.`;
    case 'forbidden':
      if (refusedByAdmission(serverMessage)) return `Refused by admission${where}${said}`;
      return `Not allowed: ${whoOf(serverMessage, scene)} may not ${verbOf(serverMessage, scene) ?? 'do this to'} ${resourceOf(scene)}${where}${refusedByRbac(serverMessage) ? '.' : said}`;
    case 'not-found':
      return isAboutObject(body, scene) ? sayMissing(body, scene) : `Nothing is served as ${resourceOf(scene)}${where}${said}`;
    case 'conflict':
      return `Conflict on ${objectOf(scene)}${where}${said}`;
    case 'expired':
      return `The list of ${resourceOf(scene)}${where} has moved on: what the continuation refers to is gone.`;
    case 'throttled':
      return `The API server${where} is throttling requests (429)${said}`;
    default:
      // The sentence of the server names the object.
      if (status === 422 && said !== '') return `Not valid${where}${said}`;
      return `The API server${where} answered ${status} to ${scene.verb ?? 'a request for'} ${objectOf(scene)}${said}`;
  }
}

/** Whether a 404 is about an object: a Status that names nothing, or no Status at all, is about the resource. */
function isAboutObject(body: unknown, scene: ErrorScene): boolean {
  if ((textAt(body, 'details', 'name') ?? '') !== '') return true;
  return scene.name !== undefined && typeof body !== 'string' && textAt(body, 'kind') !== 'Status';
}

/** The object that is not there, be it the one asked for or the namespace that it should be in. */
function sayMissing(body: unknown, scene: ErrorScene): string {
  const named = textAt(body, 'details', 'name') ?? '';
  // What is missing is the object, whichever of its subresources was asked for.
  const object = { ...scene, resource: scene.resource?.split('/')[0] };
  if (named === '' || named === scene.name) return `No ${resourceOf(object)} "${scene.name ?? named}"${whereOf(scene)}.`;
  return `No ${textAt(body, 'details', 'kind') ?? 'object'} "${named}"${whereOf({ ...scene, namespace: undefined })}.`;
}

/** Repeats as a pattern what the words before it say. */
const PATTERN_TOLD = /(?:, regex used for validation is '[^']*')|(?: \(regex used for validation is '[^']*'\))/g;

/** What a server said, without the markup of a web page and the patterns of names. */
function inShort(serverMessage: string): string {
  if (!/^<(!doctype|html|head|body)/i.test(serverMessage)) return serverMessage.replace(PATTERN_TOLD, '').slice(0, 600);
  const title = /<title>([^<]{1,200})<\/title>/i.exec(serverMessage)?.[1]?.trim();
  return title === undefined ? 'a web page' : `a web page with the title "${title}"`;
}

/** How RBAC refuses: the sentence names the user as the server knows it. Admission and quotas refuse in other words. */
const RBAC_REFUSAL = /User "([^"]{1,300})" cannot ([a-z]+) (?:resource|path)/;

function refusedByRbac(serverMessage: string | undefined): boolean {
  return serverMessage !== undefined && RBAC_REFUSAL.test(serverMessage);
}

/** Quotas, limits, pod security and webhooks: what is asked for is refused to whoever asks for it. */
const ADMISSION_REFUSAL = /" is forbidden: (?![Uu]ser ")|^admission webhook "|^ValidatingAdmissionPolicy '/;

/** Whether the server refuses the object, and not who sends it: no role would help. */
export function refusedByAdmission(serverMessage: string | undefined): boolean {
  return serverMessage !== undefined && ADMISSION_REFUSAL.test(serverMessage);
}

function whoOf(serverMessage: string | undefined, scene: ErrorScene): string {
  return `user "${RBAC_REFUSAL.exec(serverMessage ?? '')?.[1] ?? scene.identity ?? '?'}"`;
}

/** The right that is missing: to open an exec by GET, `create` is needed as well. */
function verbOf(serverMessage: string | undefined, scene: ErrorScene): string | undefined {
  return RBAC_REFUSAL.exec(serverMessage ?? '')?.[2] ?? scene.verb;
}

function adviceFor(code: KubernetesErrorCode, serverMessage: string | undefined, scene: ErrorScene): string | undefined {
  if (code !== 'forbidden' || !refusedByRbac(serverMessage)) return ADVICE[code];
  return rbacAdvice({ ...scene, verb: verbOf(serverMessage, scene) });
}

/** The rule that would allow it, as it stands in a Role. */
function rbacAdvice(scene: ErrorScene): string | undefined {
  const { verb, resource, group, namespace } = scene;
  if (verb === undefined || resource === undefined) return undefined;
  const role = namespace === undefined ? 'ClusterRole' : 'Role';
  if (resource.startsWith('/'))
    return `To allow it, an admin can bind a ClusterRole with: nonResourceURLs ["${resource}"] verbs ["${verb}"].`;
  return `To allow it, an admin can bind a ${role} with: apiGroups ["${group ?? ''}"] resources ["${resource}"] verbs ["${verb}"].`;
}

function resourceOf(scene: ErrorScene): string {
  const group = scene.group === undefined || scene.group === '' ? '' : `.${scene.group}`;
  return `${scene.resource ?? 'the resource'}${group}`;
}

/** `deployments.apps "web"`. */
export function objectOf(scene: ErrorScene): string {
  return scene.name === undefined ? resourceOf(scene) : `${resourceOf(scene)} "${scene.name}"`;
}

/** ` in namespace shop (cluster prod)`. */
function whereOf(scene: ErrorScene): string {
  const namespace = scene.namespace === undefined ? '' : ` in namespace ${scene.namespace}`;
  const cluster = scene.cluster === undefined ? '' : ` (cluster ${scene.cluster})`;
  return `${namespace}${cluster}`;
}
