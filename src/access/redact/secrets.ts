import { HARMLESS_ON_SECRETS, isFields, isHelmStorage, isSecret, type Fields } from './kinds.ts';
import { base64MarkerOf, HIDDEN, markerOf } from './marker.ts';

/** Hides what an object is known to hold by its kind. */
export function redactKind(fields: Fields): void {
  if (isSecret(fields)) {
    hideSecret(fields);
  } else if (fields['kind'] === 'SecretList' && Array.isArray(fields['items'])) {
    for (const item of fields['items']) if (isFields(item)) hideSecret(item);
  } else if (fields['kind'] === 'ConfigMap' && isHelmStorage(fields)) {
    hideValues(fields, 'data', markerOf);
    hideValues(fields, 'binaryData', base64MarkerOf);
  }
}

/** Hides the values of a Secret and its annotations, in place. */
export function hideSecret(fields: Fields): void {
  hideValues(fields, 'data', base64MarkerOf);
  hideValues(fields, 'stringData', markerOf);
  hideAnnotations(fields);
}

/** Each value of a map gives way to its size. */
function hideValues(fields: Fields, field: string, mark: (value: string) => string): void {
  const values = fields[field];
  if (typeof values === 'string') fields[field] = markerOf(values);
  else if (Array.isArray(values)) fields[field] = HIDDEN;
  else if (isFields(values)) {
    for (const key in values) {
      const value = values[key];
      if (value !== null) values[key] = typeof value === 'string' ? mark(value) : HIDDEN;
    }
  }
}

/** Hides the annotations of a Secret, which may hold anything that its maker wanted to keep with it. */
export function hideAnnotations(fields: Fields): void {
  const metadata = fields['metadata'];
  const annotations = isFields(metadata) ? metadata['annotations'] : undefined;
  if (!isFields(annotations)) return;
  for (const name in annotations) {
    const value = annotations[name];
    if (typeof value === 'string' && !HARMLESS_ON_SECRETS.some((known) => known.name.test(name)))
      annotations[name] = markerOf(value);
  }
}
