import { oneLine } from './words.ts';

/** What kept an image from being pulled. */
export type PullFailure =
  | 'name'
  | 'dns'
  | 'auth'
  | 'missing'
  | 'platform'
  | 'tls'
  | 'throttled'
  | 'network'
  | 'never'
  | 'unknown';

/**
 * How runtimes and registries say it; the first that fits wins, so the more telling stand first. `say` undefined: the
 * text that matched is the best there is.
 */
const FAILURES: readonly {
  readonly pattern: RegExp;
  readonly failure: PullFailure;
  readonly say: string | undefined;
  readonly why: string;
}[] = [
  {
    pattern: /no such host|server misbehaving/,
    failure: 'dns',
    say: 'no such host',
    why: 'the registry’s name does not resolve',
  },
  {
    pattern: /toomanyrequests|429|rate limit/i,
    failure: 'throttled',
    say: 'the registry allows no more pulls now (rate limit)',
    why: 'Docker Hub and its like',
  },
  {
    pattern: /no match for platform|no matching manifest|exec format error/,
    failure: 'platform',
    say: 'no image for the node’s architecture',
    why: 'index without it',
  },
  {
    pattern: /repository does not exist or may require|pull access denied/,
    failure: 'auth',
    say: 'access denied, or no such repository',
    why: 'registries do not tell which',
  },
  {
    pattern: /401|403|unauthorized|forbidden|denied|authentication required|no basic auth/i,
    failure: 'auth',
    say: 'the registry refuses the credentials',
    why: 'imagePullSecrets missing or wrong',
  },
  {
    pattern: /x509|certificate|tls:/i,
    failure: 'tls',
    say: 'the registry’s certificate is not accepted',
    why: 'private CA unknown to the node',
  },
  {
    pattern: /server gave HTTP response to HTTPS client/,
    failure: 'tls',
    say: 'the registry speaks plain HTTP',
    why: 'insecure registry not configured',
  },
  {
    pattern: /not found|manifest unknown|NAME_UNKNOWN|404/i,
    failure: 'missing',
    say: 'no such image or tag',
    why: 'typo, or never pushed',
  },
  { pattern: /connection refused/, failure: 'network', say: 'the registry refuses connections', why: 'registry down' },
  {
    pattern: /timeout|deadline exceeded|no route to host|unreachable|connection reset/i,
    failure: 'network',
    say: 'the registry does not answer',
    why: 'network or firewall',
  },
];

/** Reasons of a waiting container that are about its image. */
export const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

export interface PullTrouble {
  readonly failure: PullFailure;
  /** `no such host`; undefined when the message says nothing more than that it failed. */
  readonly says: string | undefined;
}

/** What a waiting reason and message say of a failed pull. */
export function parsePull(reason: string, message: string | undefined): PullTrouble {
  if (reason === 'InvalidImageName') return { failure: 'name', says: 'not a valid image name' };
  if (reason === 'ErrImageNeverPull') return { failure: 'never', says: 'not on the node, and imagePullPolicy is Never' };
  // The image's own name must not decide: `registry/401-page:not-found`.
  const text = message?.replaceAll(/"[^"]*"/g, '""') ?? '';
  const found = FAILURES.find(({ pattern }) => pattern.test(text));
  if (found !== undefined) return { failure: found.failure, says: found.say };
  const bare = message?.replace(/^Back-off pulling image "[^"]*"(?:: \w+: )?/, '');
  return { failure: 'unknown', says: oneLine(bare, 120) };
}
