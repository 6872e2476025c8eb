/** An API server that keeps ConfigMaps, and does to each write what a test tells it. */
import type { Connection, KubernetesObject } from '../../src/kubernetes/index.ts';
import { connectionTo } from './connection.ts';

type Stored = KubernetesObject & { readonly data: Readonly<Record<string, string>> };

export interface ConfigMapServer {
  readonly connection: Connection;
  readonly objects: ReadonlyMap<string, Stored>;
  /** Writes that were to be stored, as `PATCH a`. */
  readonly writes: readonly string[];
  /** Somebody else sets the data of an object. */
  set(name: string, data: Readonly<Record<string, string>>, more?: object): void;
  /** Called before each read; what it throws is the answer. */
  beforeRead: () => void;
  /** Called before each write that is to be stored; what it throws is the answer. */
  beforeWrite: (name: string) => void;
  /** Called after it; what it throws takes the answer's place. */
  afterWrite: (name: string) => void;
  /** What comes with the answer to a write, tried or stored. */
  warnings: (dry: boolean) => readonly string[];
}

export function configMapServer(): ConfigMapServer {
  const objects = new Map<string, Stored>();
  const writes: string[] = [];
  let version = 1;
  const put = (name: string, data: Readonly<Record<string, string>>, more: object = {}): Stored => {
    const uid = objects.get(name)?.metadata?.uid ?? `uid-${++version}`;
    const managedFields = [{ manager: 'fairlead', operation: 'Apply', fieldsV1: {} }];
    const metadata = { name, namespace: 'shop', uid, resourceVersion: `${++version}`, managedFields };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...more, data };
    objects.set(name, object);
    return object;
  };
  const write = (method: string, name: string, body: Stored | undefined, dry: boolean): { status?: number; body: unknown } => {
    const held = objects.get(name);
    const wanted = body?.metadata?.resourceVersion;
    if (wanted !== undefined && held !== undefined && wanted !== held.metadata?.resourceVersion)
      return { status: 409, body: { kind: 'Status', message: 'the object has been modified' } };
    const data = { ...(method === 'PATCH' ? held?.data : {}), ...body?.data };
    if (dry)
      return {
        body:
          method === 'DELETE' ? {} : { ...held, apiVersion: 'v1', kind: 'ConfigMap', metadata: held?.metadata ?? { name }, data },
      };
    if (method !== 'DELETE') return { body: put(name, data) };
    objects.delete(name);
    return { body: {} };
  };
  const server: ConfigMapServer = {
    objects,
    writes,
    set: (name: string, data: Readonly<Record<string, string>>, more?: object) => void put(name, data, more),
    beforeRead: () => undefined,
    beforeWrite: () => undefined,
    afterWrite: () => undefined,
    warnings: () => [],
    connection: connectionTo(({ method, path, body }) => {
      if (path === '/api' || path === '/apis') return { body: discovery(path) };
      const [plain = '', query = ''] = path.split('?');
      const given = body === undefined ? undefined : (JSON.parse(body) as Stored & { readonly dryRun?: unknown });
      const name = plain.split('/')[6] ?? given?.metadata?.name ?? '';
      if (method === 'GET') {
        server.beforeRead();
        const found = objects.get(name);
        if (name === '') return { body: { kind: 'List', metadata: {}, items: [] } };
        return found === undefined ? { status: 404, body: { kind: 'Status', details: { name } } } : { body: found };
      }
      const dry = query.includes('dryRun=All') || given?.dryRun !== undefined;
      if (!dry) {
        writes.push(`${method} ${name}`);
        server.beforeWrite(name);
      }
      const answer = write(method, name, given, dry);
      if (!dry) server.afterWrite(name);
      return { ...answer, warnings: server.warnings(dry) };
    }).connection,
  };
  return server;
}

function discovery(path: string): unknown {
  const resource = { resource: 'configmaps', responseKind: { kind: 'ConfigMap' }, scope: 'Namespaced', verbs: [] };
  const items = path === '/api' ? [{ metadata: { name: '' }, versions: [{ version: 'v1', resources: [resource] }] }] : [];
  return { kind: 'APIGroupDiscoveryList', items };
}
