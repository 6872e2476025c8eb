import type { TransportOptions } from '../kubernetes/index.ts';

/** PEM text, or the file that holds it and is read again when it changes. */
export type Pem = { readonly pem: string } | { readonly file: string };

/** How to log in to a server that is named by its address. */
export type LoginSpec =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'token'; readonly token: string }
  /** Read again when it is rotated. */
  | { readonly kind: 'token-file'; readonly file: string }
  | { readonly kind: 'client-certificate'; readonly certificate: Pem; readonly key: Pem }
  | {
      readonly kind: 'oidc';
      readonly issuerUrl: string;
      readonly clientId: string;
      readonly clientSecret?: string | undefined;
      readonly idToken?: string | undefined;
      readonly refreshToken?: string | undefined;
    };

/** Where a cluster's connection settings come from. */
export type ClusterSource =
  /** A context of kubeconfig files. @default the files of KUBECONFIG; their current context */
  | { readonly kind: 'kubeconfig'; readonly paths?: readonly string[] | undefined; readonly context?: string | undefined }
  | { readonly kind: 'in-cluster' }
  | {
      readonly kind: 'server';
      /** `https://host:port` */
      readonly server: string;
      readonly login: LoginSpec;
      readonly ca?: Pem | undefined;
      readonly serverName?: string | undefined;
      /** @default false */
      readonly insecure?: boolean | undefined;
      readonly proxy?: string | undefined;
    };

/** One cluster as a configuration or a program describes it. */
export interface ClusterSpec {
  /** The name by which it is asked for. */
  readonly name: string;
  /** For people. */
  readonly title?: string | undefined;
  /** What a label match (`environment=prod`) looks at. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly source: ClusterSource;
  /** The namespace to use when none is named. */
  readonly namespace?: string | undefined;
  readonly transport?: Pick<TransportOptions, 'qps' | 'burst' | 'deadline'> | undefined;
}
