import type { Random } from '../../model.ts';
import type { Program } from '../../programs/index.ts';

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

/** The images of all nodes: each has one digest and one size, whichever node pulls it. */
export class ImageRegistry {
  readonly #random: Random;
  readonly #images = new Map<string, { readonly id: string; readonly bytes: number }>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** `imageID` as a status shows it, and the size of the image. */
  describe(image: string): { readonly id: string; readonly bytes: number } {
    let described = this.#images.get(image);
    if (described === undefined) {
      const bytes = 5_000_000 + Math.floor(this.#random.next() * 120_000_000);
      described = { id: `${withoutTag(fullImageName(image))}@sha256:${hexId(this.#random)}`, bytes };
      this.#images.set(image, described);
    }
    return described;
  }
}

/** 64 hexadecimal digits. */
export const hexId = (random: Random): string => `${random.uid()}${random.uid()}`.replaceAll('-', '');
