import { systemClock, unlessAborted } from '../../platform/index.ts';
import { numberAt, textAt } from '../objects.ts';
import type { AuthMaterial, CredentialSource } from './credentials.ts';
import { freshUntil, isoTime } from './expiry.ts';
import { claimsOf } from './jwt.ts';
import { questionOf, sameTokens, tokensOf, type OidcConfig as Config } from './oidc-config.ts';
import { refreshTokens, type RefreshAnswer } from './oidc-issuer.ts';
import { refusals } from './refusals.ts';
import { loginError, type Subject } from './subject.ts';
import { bearer } from './token.ts';
import type { CredentialOptions } from './user.ts';

/** An id-token as it is sent, and for how long. */
interface Known {
  readonly material: AuthMaterial;
  /** When to ask for another one; never, when the token does not say when it ends. */
  readonly freshUntil: number;
  readonly endsAt: number;
  readonly since: number;
}

/** A login that was refreshed a moment ago is not refreshed again because of a 401: the next token would be as good. */
const PATIENCE = 10_000;

/**
 * The login of an OpenID provider (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens):
 * the id-token while it lasts, and then, or after a 401, another one for the refresh token.
 *
 * New tokens are kept in memory. When the provider hands out another refresh token, the old one is mostly void, and
 * kubectl, which reads the kubeconfig, would be logged out: only then the new ones are written there, as kubectl does
 * itself. What somebody else has written there in the meantime is taken before the provider is asked.
 */
export function oidc(from: Config, subject: Subject, options: CredentialOptions = {}): CredentialSource {
  const clock = options.clock ?? systemClock;
  const refuse = refusals();
  // What is left blank is left out.
  const given = Object.fromEntries(Object.entries(from).filter(([, value]) => value !== ''));
  let config: Config = given;
  let seen: Config = given;
  let known = knownOf(given, subject, clock.now());
  let isRefused = false;
  let dead: { readonly refreshToken: string; readonly error: Error } | undefined;
  let running: Promise<AuthMaterial> | undefined;

  /** Takes over what another program has written since; true when there was something. */
  const look = async (): Promise<boolean> => {
    const stored = await options.tokens?.read();
    if (stored === undefined || sameTokens(stored, seen)) return false;
    seen = stored;
    // Our own, written by us.
    if (sameTokens(stored, config)) return false;
    config = stored;
    known = knownOf(stored, subject, clock.now());
    isRefused = false;
    return true;
  };

  const usable = (): Known | undefined => (known !== undefined && clock.now() < known.endsAt ? known : undefined);

  const renew = async (): Promise<AuthMaterial> => {
    await look();
    if (known !== undefined && !isRefused && clock.now() < known.freshUntil) return known.material;
    const refreshToken = config['refresh-token'];
    if (refreshToken === undefined) {
      const same = usable();
      isRefused = false;
      if (same === undefined) throw ended(known, subject);
      return same.material;
    }
    const answer = dead?.refreshToken === refreshToken ? dead.error : await refresh(config, refreshToken, subject, options);
    if (!(answer instanceof Error) && answer.kind === 'tokens') return adopt(answer, refreshToken);
    // Another program may have used the refresh token first, and has written what it got for it.
    if (await look()) return known !== undefined && clock.now() < known.freshUntil ? known.material : renew();
    const error = answer instanceof Error ? answer : refreshError(answer, known, subject);
    const isDead = answer instanceof Error || answer.kind === 'dead';
    if (isDead) dead = { refreshToken, error };
    const same = usable();
    const wasRefused = isRefused;
    // Whatever the server thought of it, it may think otherwise later.
    isRefused = false;
    if (same === undefined || (isDead && wasRefused)) throw error;
    // In its last seconds it is still good, and asking again would help nobody.
    known = { ...same, freshUntil: same.endsAt };
    return same.material;
  };

  const adopt = async (answer: RefreshAnswer & { readonly kind: 'tokens' }, refreshToken: string): Promise<AuthMaterial> => {
    const before = config;
    const rotated = answer.refreshToken ?? refreshToken;
    const next = knownOf({ 'id-token': answer.idToken }, subject, clock.now());
    refuseSomebodyElse(before['id-token'], answer.idToken, subject);
    if (next === undefined || clock.now() >= next.endsAt) {
      throw loginError(subject, 'the identity provider gave an id-token that has ended', {
        advice: 'Check the clock of this machine.',
      });
    }
    config = { ...before, 'id-token': answer.idToken, 'refresh-token': rotated };
    known = { ...next, since: clock.now() };
    isRefused = false;
    if (rotated !== refreshToken && options.tokens !== undefined) {
      const written = await options.tokens.replace(tokensOf(seen), tokensOf(config));
      if (written) seen = config;
    }
    return known.material;
  };

  return {
    current: (signal) => {
      if (known !== undefined && !isRefused && clock.now() < known.freshUntil) return known.material;
      running ??= renew().finally(() => {
        running = undefined;
      });
      return unlessAborted(running, signal);
    },
    rejected: (material) => {
      const wasCurrent = known?.material === material && !isRefused;
      if (wasCurrent && known !== undefined && clock.now() - known.since < PATIENCE) return false;
      if (wasCurrent) isRefused = true;
      return refuse(material, wasCurrent);
    },
  };
}

async function refresh(
  config: Config,
  refreshToken: string,
  subject: Subject,
  options: CredentialOptions,
): Promise<RefreshAnswer> {
  const question = await questionOf(config, refreshToken, subject, options);
  return typeof question === 'string' ? { kind: 'failed', says: question } : refreshTokens(question);
}

function knownOf(config: Config, subject: Subject, now: number): Known | undefined {
  const idToken = config['id-token'];
  if (idToken === undefined || idToken.trim() === '') return undefined;
  const expiry = numberAt(claimsOf(idToken), 'exp');
  const endsAt = expiry === undefined ? Number.POSITIVE_INFINITY : expiry * 1000;
  const fresh = expiry === undefined ? endsAt : freshUntil(endsAt, now);
  const material = bearer(idToken, subject, 'the id-token');
  return { material, freshUntil: fresh, endsAt, since: Number.NEGATIVE_INFINITY };
}

/** A refresh goes on with the same login (OpenID Connect Core 1.0, 12.2); anything else is a mix-up of the provider's. */
function refuseSomebodyElse(before: string | undefined, after: string, subject: Subject): void {
  const [was, is] = [claimsOf(before ?? ''), claimsOf(after)];
  for (const claim of ['iss', 'sub']) {
    const [old, now] = [textAt(was, claim), textAt(is, claim)];
    if (old !== undefined && now !== undefined && old !== now) {
      throw loginError(subject, `the identity provider refreshed the login of somebody else (another "${claim}")`);
    }
  }
}

const LOGIN_AGAIN =
  'Log in again with the tool that wrote this user into the kubeconfig (kubelogin, for one), ' +
  'or use the exec plugin "kubectl oidc-login", which asks for the login itself.';

function ended(known: Known | undefined, subject: Subject): Error {
  const what =
    known === undefined
      ? 'its auth-provider oidc has neither an id-token nor a refresh-token'
      : `the id-token of its auth-provider oidc expired at ${isoTime(known.endsAt)}, and there is no refresh-token`;
  return loginError(subject, what, { advice: LOGIN_AGAIN });
}

function refreshError(answer: Exclude<RefreshAnswer, { kind: 'tokens' }>, known: Known | undefined, subject: Subject): Error {
  const when =
    known === undefined || known.endsAt === Number.POSITIVE_INFINITY ? '' : ` (the id-token ends at ${isoTime(known.endsAt)})`;
  const advice = answer.kind === 'dead' ? LOGIN_AGAIN : answer.advice;
  return loginError(subject, `${answer.says}${when}`, advice === undefined ? {} : { advice });
}
