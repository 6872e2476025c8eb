import { AGE, boolean, field, integer, NAME, printer, text, wide, type Column, type Named } from './column.ts';
import { classNameColumn } from './networking.ts';

/** Access modes in the order in which they are written. */
const MODES: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

const modesText = (modes: readonly string[] = []): string =>
  MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** Older than the field, and before it where it is still written. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface Classed extends Named {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string };
}

const classOf = ({ metadata, spec }: Classed): string => metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';

const phaseOf = ({ metadata, status }: Classed): string =>
  metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';

/** The columns that volumes and claims share. @param short what the kind is called there */
const classColumns = (short: string): readonly Column<Classed>[] => [
  text('StorageClass', `StorageClass of the ${short}`, classOf),
  text(
    'VolumeAttributesClass',
    `VolumeAttributesClass of the ${short}`,
    ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
  ),
];

const volumeMode = (of: string): Column<Classed> =>
  wide(text('VolumeMode', field(`core.v1.${of}Spec.volumeMode`), ({ spec }) => spec?.volumeMode ?? '<unset>'));

interface PersistentVolume extends Classed {
  readonly spec?: Classed['spec'] & {
    readonly capacity?: { readonly storage?: string };
    readonly accessModes?: readonly string[];
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  };
  readonly status?: Classed['status'] & { readonly reason?: string };
}

export const PERSISTENT_VOLUME = printer<PersistentVolume>([
  NAME,
  text('Capacity', field('core.v1.PersistentVolumeSpec.capacity'), ({ spec }) => spec?.capacity?.storage ?? '0'),
  text('Access Modes', field('core.v1.PersistentVolumeSpec.accessModes'), ({ spec }) => modesText(spec?.accessModes)),
  text(
    'Reclaim Policy',
    field('core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy'),
    ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
  ),
  text('Status', field('core.v1.PersistentVolumeStatus.phase'), phaseOf),
  text('Claim', field('core.v1.PersistentVolumeSpec.claimRef'), ({ spec }) =>
    spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
  ),
  ...classColumns('pv'),
  text('Reason', field('core.v1.PersistentVolumeStatus.reason'), ({ status }) => status?.reason ?? ''),
  AGE,
  volumeMode('PersistentVolume'),
]);

interface PersistentVolumeClaim extends Classed {
  readonly spec?: Classed['spec'] & { readonly volumeName?: string };
  readonly status?: Classed['status'] & {
    readonly capacity?: { readonly storage?: string };
    readonly accessModes?: readonly string[];
  };
}

const isBound = ({ spec }: PersistentVolumeClaim): boolean => (spec?.volumeName ?? '') !== '';

export const PERSISTENT_VOLUME_CLAIM = printer<PersistentVolumeClaim>([
  NAME,
  text('Status', field('core.v1.PersistentVolumeClaimStatus.phase'), phaseOf),
  text('Volume', field('core.v1.PersistentVolumeClaimSpec.volumeName'), ({ spec }) => spec?.volumeName ?? ''),
  text('Capacity', field('core.v1.PersistentVolumeClaimStatus.capacity'), (claim) =>
    isBound(claim) ? (claim.status?.capacity?.storage ?? '0') : '',
  ),
  text('Access Modes', field('core.v1.PersistentVolumeClaimStatus.accessModes'), (claim) =>
    isBound(claim) ? modesText(claim.status?.accessModes) : '',
  ),
  ...classColumns('pvc'),
  AGE,
  volumeMode('PersistentVolumeClaim'),
]);

interface StorageClass {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
}

export const STORAGE_CLASS = printer<StorageClass>([
  classNameColumn('storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'),
  text('Provisioner', field('storage.v1.StorageClass.provisioner'), ({ provisioner }) => provisioner ?? ''),
  text('ReclaimPolicy', field('storage.v1.StorageClass.reclaimPolicy'), ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
  text(
    'VolumeBindingMode',
    field('storage.v1.StorageClass.volumeBindingMode'),
    ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
  ),
  text(
    'AllowVolumeExpansion',
    field('storage.v1.StorageClass.allowVolumeExpansion'),
    ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
  ),
  AGE,
]);

export const VOLUME_ATTRIBUTES_CLASS = printer<{ readonly driverName?: string }>([
  NAME,
  text('DriverName', field('storage.v1.VolumeAttributesClass.driverName'), ({ driverName }) => driverName ?? ''),
  AGE,
]);

interface VolumeAttachment {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: { readonly persistentVolumeName?: string };
  };
  readonly status?: { readonly attached?: boolean };
}

export const VOLUME_ATTACHMENT = printer<VolumeAttachment>([
  NAME,
  { ...text('Attacher', field('storage.v1.VolumeAttachmentSpec.attacher'), ({ spec }) => spec?.attacher ?? ''), format: 'name' },
  text(
    'PV',
    field('storage.v1.VolumeAttachmentSource.persistentVolumeName'),
    ({ spec }) => spec?.source?.persistentVolumeName ?? '',
  ),
  text('Node', field('storage.v1.VolumeAttachmentSpec.nodeName'), ({ spec }) => spec?.nodeName ?? ''),
  boolean('Attached', field('storage.v1.VolumeAttachmentStatus.attached'), ({ status }) => status?.attached),
  AGE,
]);

export const CSI_NODE = printer<{ readonly spec?: { readonly drivers?: readonly unknown[] | null } }>([
  NAME,
  integer('Drivers', 'Drivers indicates the number of CSI drivers registered on the node', ({ spec }) => spec?.drivers?.length),
  AGE,
]);

interface CsiDriver {
  readonly spec?: {
    readonly attachRequired?: boolean;
    readonly podInfoOnMount?: boolean;
    readonly storageCapacity?: boolean;
    readonly requiresRepublish?: boolean;
    readonly tokenRequests?: readonly { readonly audience: string }[];
    readonly volumeLifecycleModes?: readonly string[];
  };
}

export const CSI_DRIVER = printer<CsiDriver>([
  NAME,
  boolean('AttachRequired', field('storage.v1.CSIDriverSpec.attachRequired'), ({ spec }) => spec?.attachRequired ?? true),
  boolean('PodInfoOnMount', field('storage.v1.CSIDriverSpec.podInfoOnMount'), ({ spec }) => spec?.podInfoOnMount),
  boolean('StorageCapacity', field('storage.v1.CSIDriverSpec.storageCapacity'), ({ spec }) => spec?.storageCapacity),
  text(
    'TokenRequests',
    field('storage.v1.CSIDriverSpec.tokenRequests'),
    ({ spec }) => spec?.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
  ),
  boolean('RequiresRepublish', field('storage.v1.CSIDriverSpec.requiresRepublish'), ({ spec }) => spec?.requiresRepublish),
  text('Modes', field('storage.v1.CSIDriverSpec.volumeLifecycleModes'), ({ spec }) => {
    const modes = spec?.volumeLifecycleModes ?? [];
    return modes.length === 0 ? '<none>' : modes.join(',');
  }),
  AGE,
]);
