import { isKubernetesError, type Connection } from '../kubernetes/index.ts';
import { FairleadError } from '../platform/index.ts';
import {
  checkMetrics,
  checkNodes,
  checkReadiness,
  failedCheck,
  gitVersionOf,
  judgeDiscovery,
  judgeVersion,
} from './doctor-checks.ts';
import { CHECKS, type Check, type CheckName, type Examination, type LoginFacts, type ToolNeed } from './doctor-facts.ts';
import { judgeClock, judgeLogin } from './doctor-login.ts';
import { findRights, judgeRights } from './doctor-rights.ts';

/** Milliseconds for credentials and the first word of a server together: one that takes longer is told as dead. */
const FIRST_WORD = 3_000;
/** Milliseconds of these for the credentials: a plugin that takes longer waits for somebody. */
const CREDENTIALS = 2_000;
/** Milliseconds for everything that is asked after it. */
const THE_REST = 8_000;

/** What is to be examined, and for what. */
export interface ExamineOptions {
  /** What the tools need. */
  readonly needs: readonly ToolNeed[];
  /** How many tools there are, those that need nothing included. */
  readonly tools: number;
  /** Where questions are asked that name no namespace. */
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * What the credentials say of themselves; without it they are judged by what the server says to them.
   * @throws KubernetesError (`credentials`) when there are none to be had
   */
  readonly login?: ((signal: AbortSignal) => Promise<LoginFacts>) | undefined;
  /** The server's time less ours in milliseconds, as its last answer showed it. */
  readonly clockSkew?: (() => number | undefined) | undefined;
}

/**
 * Looks at one cluster from the ground up: credentials, connection, login, clock, version, readiness, what is served,
 * metrics, rights. What one step needs of an earlier one that failed is left out. Nothing is changed; never throws but
 * the reason of the connection's own signal.
 */
export async function examine(connection: Connection, options: ExamineOptions): Promise<Examination> {
  const started = performance.now();
  const checks: Check[] = [];
  const done = (usable: boolean, more: Partial<Examination> = {}): Examination => ({
    cluster: connection.cluster,
    server: connection.server,
    identity: connection.identity,
    usable,
    checks: checks.toSorted((a, b) => CHECKS.indexOf(a.name) - CHECKS.indexOf(b.name)),
    milliseconds: Math.round(performance.now() - started),
    ...more,
  });

  const login = await credentialsCheck(connection, options);
  const spent = Math.min(performance.now() - started, CREDENTIALS);
  const first = await firstWord(connection, FIRST_WORD - spent);
  // A login that fails is told once.
  const again = first.checks.some(({ name }) => name === 'credentials');
  checks.push(...(login === undefined || again ? [] : [login]), ...first.checks);
  const skew = options.clockSkew?.();
  if (skew !== undefined) checks.push(judgeClock(skew));
  if (!first.reached) return done(false);

  const patient = patiently(connection);
  const [readiness, nodes, index, rights] = await Promise.all([
    settled(connection, 'readiness', () => checkReadiness(patient)),
    settled(connection, 'nodes', () => checkNodes(patient, first.version)),
    attempt(connection, () => patient.kinds()),
    attempt(connection, () => findRights(patient, options.needs, options.namespace)),
  ]);
  if ('value' in rights) checks.push(...judgeUser(rights.value.user));
  checks.push(judgeVersion(first.version), readiness);
  if ('error' in index) checks.push(failedCheck('discovery', index.error, 'problem'));
  else checks.push(judgeDiscovery(index.value), await settled(connection, 'metrics', () => checkMetrics(patient, index.value)));
  checks.push(nodes, 'error' in rights ? failedCheck('rights', rights.error) : judgeRights(rights.value, options.tools));
  const usable = checks.every(({ verdict }) => verdict !== 'problem');
  return done(usable, { version: first.version, ...('value' in rights && { rights: rights.value }) });
}

/** The same connection with the time that is left for everything but the first word. */
function patiently(connection: Connection): Connection {
  const { signal } = connection.call;
  const limit = new AbortController();
  const late = new FairleadError('timeout', `No answer within ${THE_REST / 1000} s.`);
  setTimeout(() => limit.abort(late), THE_REST).unref();
  return connection.during({
    ...connection.call,
    deadline: THE_REST,
    signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
  });
}

async function credentialsCheck(connection: Connection, { login, now }: ExamineOptions): Promise<Check | undefined> {
  if (login === undefined) return undefined;
  const limit = AbortSignal.timeout(CREDENTIALS);
  const signal = connection.call.signal === undefined ? limit : AbortSignal.any([connection.call.signal, limit]);
  try {
    return judgeLogin(await login(signal), now());
  } catch (error) {
    connection.call.signal?.throwIfAborted();
    if (!limit.aborted) return failedCheck('credentials', error, 'problem');
    return {
      name: 'credentials',
      verdict: 'unknown',
      says: `not had within ${CREDENTIALS / 1000} s`,
      mend: 'The exec plugin is slow, or waits for somebody: run a kubectl command against this cluster once.',
    };
  }
}

interface FirstWord {
  readonly reached: boolean;
  readonly version?: string | undefined;
  readonly checks: readonly Check[];
}

/** The check that an error belongs to which ends an examination. */
function checkOf(error: unknown): CheckName {
  if (isKubernetesError(error, 'credentials')) return 'credentials';
  return isKubernetesError(error, 'unauthorized') ? 'login' : 'connection';
}

/** The first answer of a server: everybody may ask for its version. */
async function firstWord(connection: Connection, deadline: number): Promise<FirstWord> {
  const through: Check = { name: 'connection', verdict: 'ok', says: sayConnection(connection) };
  try {
    const version = gitVersionOf(await connection.request({ verb: 'get', nonResource: '/version' }, { deadline }));
    return version === undefined ? { reached: false, checks: [STRANGER] } : { reached: true, version, checks: [through] };
  } catch (error) {
    connection.call.signal?.throwIfAborted();
    // Not everybody may, where the default roles were taken away; the server has answered all the same.
    if (isKubernetesError(error, 'forbidden', 'not-found')) return { reached: true, checks: [through] };
    const check = checkOf(error);
    const failed = failedCheck(check, error, 'problem');
    return { reached: false, checks: check === 'login' ? [through, failed] : [failed] };
  }
}

/** A login page, or a proxy that answers for everybody. */
const STRANGER: Check = {
  name: 'connection',
  verdict: 'problem',
  says: 'something answers, and it is no API server of Kubernetes',
  mend: 'Check the server address and any proxy.',
};

/** Whom the server takes us for; nothing where it does not tell. */
function judgeUser(user: string | undefined): Check[] {
  if (user === undefined) return [];
  if (user !== 'system:anonymous') return [{ name: 'login', verdict: 'ok', says: `known as ${user}` }];
  const mend = 'It got no credentials that it can read: check the user of the context.';
  return [{ name: 'login', verdict: 'warning', says: 'the server takes us for system:anonymous', mend }];
}

function sayConnection({ server }: Connection): string {
  return server.startsWith('http:') ? `${server}, without TLS: credentials are not sent` : server;
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown };

async function attempt<T>(connection: Connection, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    connection.call.signal?.throwIfAborted();
    return { error };
  }
}

async function settled(connection: Connection, name: CheckName, work: () => Promise<Check>): Promise<Check> {
  const result = await attempt(connection, work);
  return 'value' in result ? result.value : failedCheck(name, result.error);
}
