import { BUILT_IN_KINDS } from '../kinds/index.ts';
import type { Clock, DraftObject, KubeObject, Random, Store } from '../model.ts';
import type { Images } from '../programs/index.ts';
import { podStreams } from '../streams/index.ts';
import { openAuthorizer } from './access/open.ts';
import { rbacAuthorizer } from './access/rbac.ts';
import { ADMIN_GROUP } from './access/identity.ts';
import { makeTokens } from './access/tokens.ts';
import { createApi } from './serve/api.ts';
import { makeAuthority, type Party } from './serve/authority.ts';
import { kubeconfigText, type Login } from './serve/kubeconfig.ts';
import { listen } from './serve/server.ts';
import type { Admission } from './state/admission.ts';
import { bootstrap } from './state/bootstrap.ts';
import { serveDefinitions } from './state/definitions.ts';
import { collectGarbage } from './state/garbage.ts';
import { History } from './state/history.ts';
import { Ledger } from './state/ledger.ts';
import { emptyNamespaces } from './state/namespaces.ts';
import { place, type Placing } from './state/place.ts';
import { Registry } from './state/registry.ts';
import { restore } from './state/restore.ts';
import { PracticeStore } from './state/store.ts';

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What containers do, by image. */
  readonly images: Images;
  /** What is added to new objects beyond their defaults, by resource. @default nothing */
  readonly admission?: Admission | undefined;
  /** Roles count. @default false: everybody may do everything who logs in */
  readonly rbac?: boolean | undefined;
  /** @default one that is free */
  readonly port?: number | undefined;
  /** Changes that a watch can begin at and a list be continued over; at most a quarter more are kept. @default 1000 */
  readonly history?: number | undefined;
}

/** Whom a kubeconfig logs in. */
export interface KubeconfigOptions {
  /** Of the context, the cluster and the user. @default practice */
  readonly name?: string;
  /** @default an administrator */
  readonly user?: string;
  readonly groups?: readonly string[];
  /** Logs in with this token instead of a certificate. */
  readonly token?: string;
}

export interface ApiServer {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  readonly store: Store;
  /** The certificate of its authority in PEM. */
  readonly certificate: string;
  kubeconfig(options?: KubeconfigOptions): string;
  /** What an administrator logs in with, in PEM. */
  administrator(): { readonly cert: string; readonly key: string };
  /** A token of a service account. @param seconds how long it is good. @default 3600 @throws StatusError (404) */
  token(namespace: string, serviceAccount: string, seconds?: number): string;
  /** Creates an object, or lays it over the one that is there (a JSON merge patch), without a request. @throws StatusError */
  place(object: DraftObject, placing: Placing): KubeObject;
  /** Puts objects in as another cluster held them: no rule is asked, and nothing added. */
  restore(objects: Iterable<KubeObject>): void;
  /** Forgets all changes: whoever goes on from before now is told to begin anew. */
  compact(): void;
  stop(): Promise<void>;
}

const ADMINISTRATOR: Party = { commonName: 'practice-admin', organizations: [ADMIN_GROUP] };

/** A store with what an API server does to it by itself, and what ends that. */
export function openStore({ clock, random, admission = {}, history = 1000 }: Omit<ApiServerOptions, 'images'>) {
  const store = new PracticeStore({
    clock,
    random,
    registry: new Registry(BUILT_IN_KINDS),
    ledger: new Ledger(new History(history)),
    admission,
  });
  const cancels = [serveDefinitions(store), collectGarbage(store), emptyNamespaces(store)];
  return {
    store,
    close: () => {
      for (const cancel of cancels) cancel();
    },
  };
}

/** Starts the API server of an empty cluster. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { images, rbac = false, port = 0, clock, random } = options;
  const { store, close } = openStore(options);
  const authority = makeAuthority();
  const tokens = makeTokens({ clock, random, store });
  const streams = podStreams({ store, images });
  const authorize = rbac ? rbacAuthorizer(store) : openAuthorizer;
  const api = createApi({ store, tokens, authorize, rbac, streams, images });
  const pair = authority.issue({
    commonName: 'kube-apiserver',
    dns: ['localhost', 'kubernetes.default.svc'],
    ips: ['127.0.0.1'],
  });
  const listening = await listen({ pair, ca: authority.cert, port }, api);
  const url = `https://127.0.0.1:${listening.port}`;
  bootstrap(store, { ca: authority.cert, port: listening.port });
  const login = ({ user, groups = [], token }: KubeconfigOptions): Login => {
    if (token !== undefined) return { token };
    return authority.issue(user === undefined ? ADMINISTRATOR : { commonName: user, organizations: groups });
  };
  return {
    url,
    store,
    certificate: authority.cert,
    administrator: () => authority.issue(ADMINISTRATOR),
    kubeconfig: (options = {}) => kubeconfigText(options.name ?? 'practice', { server: url, ca: authority.cert }, login(options)),
    token: (namespace, name, seconds = 3600) =>
      tokens.issue(store.existing(store.kind('serviceaccounts'), namespace, name), seconds).token,
    place: (object, placing) => place(store, object, placing),
    restore: (objects) => restore(store, objects),
    compact: () => store.ledger.history.compact(store.ledger.revision),
    stop: async () => {
      close();
      streams.close();
      await listening.close();
    },
  };
}
