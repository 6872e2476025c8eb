import { shortDuration } from '../platform/index.ts';
import type { Check, LoginFacts } from './doctor-facts.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A certificate is renewed by people, and people need time. */
const CERTIFICATE_NOTICE = 14 * DAY;

/** Tokens and certificates are judged by the minute; a network takes a second or two. */
const SKEW_TOLERATED = MINUTE;

const METHODS: Readonly<Record<LoginFacts['method'], string>> = {
  certificate: 'client certificate',
  token: 'token',
  basic: 'user name and password',
  anonymous: 'none',
  other: 'credentials',
};

const RENEW: Readonly<Partial<Record<LoginFacts['method'], string>>> = {
  certificate: 'Get a new certificate from whoever issued it (on a kubeadm control plane: kubeadm certs renew admin.conf).',
  token: 'Log in again, or issue a new one: kubectl create token SERVICEACCOUNT.',
};

/**
 * What the credentials say of themselves.
 * @param now our clock, in milliseconds since the epoch
 */
export function judgeLogin(facts: LoginFacts, now: number): Check {
  const check = { name: 'credentials' as const };
  if (facts.method === 'anonymous') {
    const mend = 'Name a user in the context of the kubeconfig, unless the server is meant for everybody.';
    return { ...check, verdict: 'warning', says: 'none: requests are anonymous', mend };
  }
  const who = facts.subject === undefined ? '' : ` of "${facts.subject}"`;
  const what = `${METHODS[facts.method]}${who}`;
  const { expiresAt, notBefore } = facts;
  if (notBefore !== undefined && notBefore - now > SKEW_TOLERATED) {
    const mend = 'Check the clock of this machine.';
    return { ...check, verdict: 'problem', says: `${what} holds only from ${day(notBefore)} on`, mend };
  }
  if (expiresAt === undefined) return { ...check, verdict: 'ok', says: what };
  const left = expiresAt - now;
  if (left <= 0) {
    const says = `${what} expired ${shortDuration(-left / 1000)} ago (${day(expiresAt)})`;
    return { ...check, verdict: 'problem', says, mend: RENEW[facts.method] };
  }
  const says = `${what}, good for ${shortDuration(left / 1000)} (until ${day(expiresAt)})`;
  // Tokens are short-lived by design, and renewed by what issued them.
  return facts.method === 'certificate' && left < CERTIFICATE_NOTICE
    ? { ...check, verdict: 'warning', says, mend: RENEW.certificate }
    : { ...check, verdict: 'ok', says };
}

/**
 * How the server's clock stands to ours.
 * @param skew the server's time less ours, in milliseconds
 */
export function judgeClock(skew: number): Check {
  const apart = Math.abs(skew);
  if (apart <= SKEW_TOLERATED) return { name: 'clock', verdict: 'ok', says: 'agrees with the server' };
  return {
    name: 'clock',
    verdict: 'warning',
    says: `this machine is ${shortDuration(apart / 1000)} ${skew > 0 ? 'behind' : 'ahead of'} the server`,
    mend: 'Set the clock (NTP): tokens and certificates are taken for expired, or for not yet valid, and ages are wrong.',
  };
}

function day(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? '?' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
