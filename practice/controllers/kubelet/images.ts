import { chance, type Program } from '../../programs/index.ts';

/** An image's name in full, as containerd writes it: `nginx` is `docker.io/library/nginx:latest`. */
export function fullImageName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = hasRegistry ? image : `docker.io/${rest.length === 0 ? 'library/' : ''}${image}`;
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`;
}

const withoutTag = (fullName: string): string => fullName.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** Where the registry of an image answers. */
const registryOf = (fullName: string): string => {
  const host = fullName.slice(0, fullName.indexOf('/'));
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
};

/** The name server of the nodes. */
const RESOLVER = '10.0.0.2:53';

type PullError = NonNullable<NonNullable<Program['pull']>['error']>;

/** What containerd says about a pull that fails. */
const REASON: Readonly<Record<PullError, (fullName: string) => string>> = {
  NotFound: (name) => `${name}: not found`,
  Unauthorized: () =>
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  Unreachable: (name) => {
    const registry = registryOf(name);
    return `failed to do request: Head "https://${registry}/v2/${pathOf(name)}": dial tcp: lookup ${registry} on ${RESOLVER}: no such host`;
  },
};

/** Its manifest's path in the registry. */
const pathOf = (fullName: string): string => {
  const repository = withoutTag(fullName);
  return `${repository.slice(repository.indexOf('/') + 1)}/manifests/${fullName.slice(repository.length + 1)}`;
};

/** The error of a pull in the words of kubelet and containerd. */
export function pullError(image: string, error: PullError): string {
  const name = fullImageName(image);
  return `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${REASON[error](name)}`;
}

/** An image as the registry has it: each name has one digest and one size, whichever node of whichever cluster pulls it. */
export interface ImageFacts {
  /** `imageID` as a status shows it. */
  readonly id: string;
  readonly bytes: number;
}

const described = new Map<string, ImageFacts>();

export function factsOfImage(image: string): ImageFacts {
  let facts = described.get(image);
  if (facts === undefined) {
    const name = fullImageName(image);
    const digest = Array.from({ length: 8 }, (_, part) => eightDigits(chance(name, part))).join('');
    facts = { id: `${withoutTag(name)}@sha256:${digest}`, bytes: 5_000_000 + Math.floor(chance(name) * 120_000_000) };
    described.set(image, facts);
  }
  return facts;
}

/** @param share from 0 up to 1 */
const eightDigits = (share: number): string =>
  Math.floor(share * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
