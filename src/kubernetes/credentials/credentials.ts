/** Client certificate and key in PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a request must carry to be recognised. */
export interface AuthMaterial {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Its change makes new connections; requests in flight end on the old ones. */
  readonly certificate?: ClientCertificate | undefined;
}

/**
 * One way to log in. The transport asks `current` before every request, so an implementation caches, and answers
 * synchronously while what it has is fresh.
 */
export interface CredentialSource {
  /**
   * What to send now. The same object is handed out for as long as it holds. The signal ends this caller's wait, and
   * nobody else's.
   * @throws KubernetesError with code `credentials` when nothing can be had
   */
  current(signal?: AbortSignal): AuthMaterial | Promise<AuthMaterial>;
  /**
   * The server answered 401 to this material. Forgets it, and says whether asking again may give another one.
   */
  rejected(material: AuthMaterial): boolean;
}

/** A way to log in, and who one is then. */
export interface Credentials extends CredentialSource {
  /** Who this is, for people; never anything secret. */
  readonly identity: string;
}

/** How to reach one API server, settled when the configuration was read; no secrets but through `credentials`. */
export interface ClusterTarget {
  /** The name under which people know the cluster. */
  readonly name: string;
  /** `https://host:port`, with a path where the API is served below one. */
  readonly server: string;
  readonly tls: {
    /** PEM; the system's authorities when missing. */
    readonly ca?: string | undefined;
    /** The same out of a file that somebody renews: asked before every request, in the place of `ca`. */
    readonly currentCa?: (() => string | Promise<string>) | undefined;
    /** Checked against the certificate instead of the host in `server`. */
    readonly serverName?: string | undefined;
    /** @default false */
    readonly insecure?: boolean | undefined;
  };
  /** `http://`, `https://` or `socks5://`. May hold the proxy's password: never show it. */
  readonly proxy?: string | undefined;
  /** The namespace to use when none is named. */
  readonly namespace?: string | undefined;
  /** What is risky about this configuration, a sentence each and nothing secret: whoever connects logs them once. */
  readonly warnings?: readonly string[] | undefined;
  readonly credentials: Credentials;
}
