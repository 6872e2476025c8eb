import type { Clock } from '../../platform/index.ts';

/** A PEM text, given in place (base64, as Kubernetes writes bytes) or as the path of a file. */
export type PemSource = { readonly kind: 'data'; readonly base64: string } | { readonly kind: 'file'; readonly path: string };

/** Whom to be instead of the one who logs in. */
export interface Impersonation {
  readonly user?: string | undefined;
  readonly uid?: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * A program that prints credentials:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export interface ExecPlugin {
  readonly apiVersion?: string | undefined;
  /** A name to look up in the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode?: string | undefined;
}

/** The older way to log in with an identity provider. */
export interface AuthProvider {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** A user of a kubeconfig; its paths are absolute. Holds secrets: never show it. */
export interface KubeconfigUser {
  readonly name: string;
  /** The kubeconfig that holds it, for messages. */
  readonly file: string;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly certificate?: PemSource | undefined;
  readonly key?: PemSource | undefined;
  readonly exec?: ExecPlugin | undefined;
  readonly authProvider?: AuthProvider | undefined;
  readonly impersonate?: Impersonation | undefined;
}

/** What a way to log in may know of the cluster. */
export interface ClusterInfo {
  /** The name under which people know it, for messages. */
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly proxy?: string | undefined;
  /** The cluster's extension `client.authentication.k8s.io/exec`, handed to exec plugins as it is. */
  readonly execConfig?: unknown;
}

/** Where the tokens of a login live when several programs share them: kubectl writes into the kubeconfig. */
export interface TokenStore {
  /** What the provider's config holds there now; undefined when it cannot be told. */
  read(): Promise<Readonly<Record<string, string>> | undefined>;
  /** Puts new values in the place of old ones, key by key. False when that was not possible; never throws. */
  replace(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Promise<boolean>;
}

export interface CredentialOptions {
  /** @default systemClock */
  readonly clock?: Clock | undefined;
  /** What exec plugins inherit, and where HTTPS_PROXY and NO_PROXY are looked for. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** How long an exec plugin may take, in milliseconds. @default 60_000 */
  readonly execTimeout?: number | undefined;
  /** How long a refresh at an OpenID provider may take, in milliseconds. @default 15_000 */
  readonly oidcTimeout?: number | undefined;
  /** Where refreshed tokens are shared. @default the kubeconfig that holds the user */
  readonly tokens?: TokenStore | undefined;
}
