import { AGE, field, integer, NAME, printer, text, wide, type Column, type Named } from './column.ts';
import { TEMPLATE, selectorColumn, templateColumns, type PodTemplate, type Selecting, type Templated } from './template.ts';
import { labelsText, selectorText } from './text.ts';

interface Replicated extends Templated {
  readonly spec?: Templated['spec'] & { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

const READY = text<Replicated>(
  'Ready',
  'Number of the pod with ready state',
  ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
);

export const DEPLOYMENT = printer<Replicated & Selecting>([
  NAME,
  READY,
  text('Up-to-date', field('apps.v1.DeploymentStatus.updatedReplicas'), ({ status }) => status?.updatedReplicas ?? 0),
  text('Available', field('apps.v1.DeploymentStatus.availableReplicas'), ({ status }) => status?.availableReplicas ?? 0),
  AGE,
  ...TEMPLATE,
  wide(text('Selector', field('apps.v1.DeploymentSpec.selector'), ({ spec }) => selectorText(spec?.selector))),
]);

/** ReplicaSets and the controllers before them count alike. */
const counts = (of: string): readonly Column<Replicated>[] => [
  integer('Desired', field(`${of}Spec.replicas`), ({ spec }) => spec?.replicas),
  integer('Current', field(`${of}Status.replicas`), ({ status }) => status?.replicas),
  integer('Ready', field(`${of}Status.readyReplicas`), ({ status }) => status?.readyReplicas),
];

export const REPLICA_SET = printer<Replicated & Selecting>([
  NAME,
  ...counts('apps.v1.ReplicaSet'),
  AGE,
  ...TEMPLATE,
  selectorColumn('apps.v1.ReplicaSetSpec.selector', ({ spec }) => spec?.selector),
]);

/** It selects by labels alone. */
interface ReplicationController extends Replicated {
  readonly spec?: Replicated['spec'] & { readonly selector?: Readonly<Record<string, string>> };
}

export const REPLICATION_CONTROLLER = printer<ReplicationController>([
  NAME,
  ...counts('core.v1.ReplicationController'),
  AGE,
  ...TEMPLATE,
  wide(text('Selector', field('core.v1.ReplicationControllerSpec.selector'), ({ spec }) => labelsText(spec?.selector))),
]);

export const STATEFUL_SET = printer<Replicated>([NAME, READY, AGE, ...TEMPLATE]);

interface DaemonSet extends Templated {
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly numberReady?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
  };
}

const scheduled = (name: string, count: keyof NonNullable<DaemonSet['status']>): Column<DaemonSet> =>
  integer(name, field(`apps.v1.DaemonSetStatus.${count}`), ({ status }) => status?.[count]);

export const DAEMON_SET = printer<DaemonSet & Selecting>([
  NAME,
  scheduled('Desired', 'desiredNumberScheduled'),
  scheduled('Current', 'currentNumberScheduled'),
  scheduled('Ready', 'numberReady'),
  scheduled('Up-to-date', 'updatedNumberScheduled'),
  scheduled('Available', 'numberAvailable'),
  text('Node Selector', field('core.v1.PodSpec.nodeSelector'), ({ spec }) => labelsText(spec?.template?.spec?.nodeSelector)),
  AGE,
  ...TEMPLATE,
  selectorColumn('apps.v1.DaemonSetSpec.selector', ({ spec }) => spec?.selector),
]);

interface ControllerRevision extends Named {
  readonly revision?: number;
}

function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
  return `${owner.kind}${group === '' ? '' : `.${group}`}`.toLowerCase() + `/${owner.name}`;
}

export const CONTROLLER_REVISION = printer<ControllerRevision>([
  NAME,
  text('Controller', 'Controller of the object', controllerOf),
  text('Revision', field('apps.v1.ControllerRevision.revision'), ({ revision }) => revision ?? 0),
  AGE,
]);

interface HasTemplate {
  readonly template?: PodTemplate;
}

export const POD_TEMPLATE = printer<HasTemplate>([
  NAME,
  ...templateColumns<HasTemplate>(({ template }) => template),
  text('Pod Labels', 'The labels for the pod template.', ({ template }) => labelsText(template?.metadata?.labels)),
]);
