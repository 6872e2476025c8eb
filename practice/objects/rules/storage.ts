import { quantityValue } from '../quantity.ts';
import { fieldsOf, isEmpty, listOf, textOf } from '../values.ts';
import { dnsSubdomain } from './formats.ts';
import { all, among, fields, format, given, required, type Rule } from './rule.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

const accessModes: Rule = (found, path, value) => {
  const modes = listOf(value);
  for (const mode of modes) if (!ACCESS_MODES.includes(textOf(mode))) found.unsupported(path, mode, ACCESS_MODES);
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    found.forbidden(path, 'may not use ReadWriteOncePod with other access modes');
};

/** Of a claim, and of what a StatefulSet makes claims of. */
export const claim: Rule = fields({
  spec: fields({
    accessModes: all(required('at least 1 access mode is required'), accessModes),
    resources: (found, path, value) => {
      const storage = fieldsOf(fieldsOf(value)['requests'])['storage'];
      if (storage === undefined) found.required(`${path}[storage]`);
      else if ((quantityValue(storage) ?? 1n) <= 0n) found.invalid(`${path}[storage]`, storage, 'must be greater than zero');
    },
    storageClassName: format(dnsSubdomain),
    volumeMode: given(among('Block', 'Filesystem')),
  }),
});

export const volume: Rule = fields({
  spec: (found, path, value) => {
    const { accessModes: modes, capacity, persistentVolumeReclaimPolicy: _, volumeMode: __, ...rest } = fieldsOf(value);
    required()(found, `${path}.accessModes`, modes, {});
    accessModes(found, `${path}.accessModes`, modes, {});
    if (isEmpty(capacity)) found.required(`${path}.capacity`);
    if (fieldsOf(capacity)['storage'] === undefined) found.unsupported(`${path}.capacity`, capacity ?? null, ['storage']);
    if (isEmpty(rest)) found.required(path, 'must specify a volume type');
  },
});

export const storageClass: Rule = fields({ provisioner: required() });
