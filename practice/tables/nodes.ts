import { AGE, field, NAME, printer, text, wide, type Column, type Named } from './column.ts';
import { orNone } from './text.ts';

interface Node extends Named {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: Readonly<Record<string, string | undefined>>;
  };
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE = 'kubernetes.io/role';

function rolesOf({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([label, value]) => {
    if (label.startsWith(ROLE_PREFIX)) return label.slice(ROLE_PREFIX.length);
    return label === ROLE ? value : '';
  });
  return orNone(
    [...new Set(roles)]
      .filter((role) => role !== '')
      .sort()
      .join(','),
  );
}

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready')?.status;
  const word = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const addressOf =
  (type: string) =>
  ({ status }: Node): string =>
    status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';

const info = ({ status }: Node, name: string): string => {
  const known = status?.nodeInfo?.[name] ?? '';
  return known === '' ? '<unknown>' : known;
};

function kernelOf(node: Node): string {
  const architecture = node.status?.nodeInfo?.['architecture'] ?? '';
  return `${info(node, 'kernelVersion')}${architecture === '' ? '' : ` (${architecture})`}`;
}

const infoColumn = (name: string, of: string): Column<Node> =>
  wide(text(name, field(`core.v1.NodeSystemInfo.${of}`), (node) => info(node, of)));

export const NODE = printer<Node>([
  NAME,
  text('Status', 'The status of the node', statusOf),
  text('Roles', 'The roles of the node', rolesOf),
  AGE,
  text('Version', field('core.v1.NodeSystemInfo.kubeletVersion'), ({ status }) => status?.nodeInfo?.['kubeletVersion'] ?? ''),
  wide(text('Internal-IP', field('core.v1.NodeStatus.addresses'), addressOf('InternalIP'))),
  wide(text('External-IP', field('core.v1.NodeStatus.addresses'), addressOf('ExternalIP'))),
  infoColumn('OS-Image', 'osImage'),
  wide(text('Kernel-Version', field('core.v1.NodeSystemInfo.kernelVersion'), kernelOf)),
  infoColumn('Container-Runtime', 'containerRuntimeVersion'),
]);

export const NAMESPACE = printer<{ readonly status?: { readonly phase?: string } }>([
  NAME,
  text('Status', 'The status of the namespace', ({ status }) => status?.phase ?? ''),
  AGE,
]);
