/** A Kubernetes client of our own: plain JSON objects, one gate, one transport. */
export { NAMESPACES, NODES } from './builtin.ts';
export { Connection, type ConnectionParts, type RequestOptions } from './connection.ts';
export type { AuthMaterial, ClientCertificate, ClusterTarget, Credentials } from './credentials/credentials.ts';
export type { LoginFacts } from './credentials/login-facts.ts';
export { inClusterTarget } from './credentials/in-cluster.ts';
export type { Discovered, ResourceKind } from './discovery.ts';
export {
  errorFromAnswer,
  refusedByAdmission,
  isKubernetesError,
  KubernetesError,
  type ErrorScene,
  type FieldCause,
  type KubernetesErrorCode,
} from './errors.ts';
export { KindIndex, type ResolvedKind } from './kinds.ts';
export { kubeconfigFrom, kubeconfigPaths, readKubeconfig, targetOf, type Kubeconfig } from './kubeconfig.ts';
export { selectorFits, selects } from './label-match.ts';
export {
  at,
  DEFINITION,
  groupKindOf,
  groupOf,
  listAt,
  mapAt,
  numberAt,
  textAt,
  type Json,
  type KubernetesObject,
  type ListMeta,
  type ObjectList,
  type ObjectMeta,
  type OwnerReference,
  type Table,
  type TableColumn,
  type TableRow,
} from './objects.ts';
export { schemaOf, type KindSchema, type Schema } from './openapi.ts';
export type { Call, FilteredText, Gate, Outcome, Place, ResponseFilter, TextFilter, TransportObserver } from './ports.ts';
export { quantityOf } from './quantity.ts';
export {
  getObject,
  getTable,
  listMetadata,
  listObjects,
  listPage,
  listPages,
  resourceOf,
  watchObjects,
  type ListOptions,
  type Selection,
  type WatchEvent,
} from './reading.ts';
export {
  apiVersionOf,
  isRead,
  isResourceRequest,
  methodOf,
  pathOf,
  podRequest,
  type ApiRequest,
  type NonResourceRequest,
  type ResourceRequest,
  type Verb,
} from './request.ts';
export { followLog, readLog, type FollowOptions, type LogQuery } from './streams/log.ts';
export { forwardToPod, type ForwardedConnection } from './streams/port-forward.ts';
export {
  attachToPod,
  execInPod,
  type ProcessEnd,
  type ProcessOptions,
  type ProcessOutput,
  type ProcessTarget,
  type RemoteProcess,
} from './streams/process.ts';
export { Transport, type TransportOptions } from './transport.ts';
export {
  applyObject,
  createObject,
  deleteCollection,
  deleteObject,
  FIELD_MANAGER,
  patchObject,
  replaceObject,
  type DeleteOptions,
  type PatchType,
  type Target,
  type WriteOptions,
} from './writing.ts';
