import type { Definitions, Schema } from '../model.ts';
import { goTypeOf } from './go.ts';
import { canonicalQuantity } from './quantity.ts';
import { isList } from './values.ts';

/** A body that cannot be read: thrown within, told in the words of the write. */
export class DecodeError extends Error {}

/** Where in the body: with indices for warnings, without for Go's own errors. */
export interface Place {
  readonly path: string;
  readonly goPath: string;
  /** The Go struct that holds the value. */
  readonly struct: string;
}

const SCALARS: Readonly<Record<string, (given: unknown) => boolean>> = {
  boolean: (given) => typeof given === 'boolean',
  integer: (given) => Number.isInteger(given),
  number: (given) => typeof given === 'number',
  string: (given) => typeof given === 'string',
};

export function readScalar(schema: Schema, given: unknown, place: Place): unknown {
  if (schema.format === 'byte' && typeof given === 'string') checkBase64(given);
  if (schema.oneOf !== undefined || SCALARS[schema.type ?? 'string']?.(given) === true) return given;
  throw mismatch(given, goTypeOf(schema, noDefinitions), place);
}

function checkBase64(text: string): void {
  const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  if (!whole) throw new DecodeError(`illegal base64 data at input byte ${(/^[A-Za-z0-9+/]*/.exec(text)?.[0] ?? '').length}`);
}

const noDefinitions: Definitions = () => ({});

export function mismatch(given: unknown, type: string, { struct: holder, goPath }: Place): DecodeError {
  const what = typeof given === 'number' && !Number.isInteger(given) ? `number ${given}` : jsonType(given);
  return new DecodeError(`json: cannot unmarshal ${what} into Go struct field ${holder}.${goPath} of type ${type}`);
}

export const jsonType = (given: unknown): string => {
  if (given === null) return 'null';
  if (isList(given)) return 'array';
  return typeof given === 'boolean' ? 'bool' : typeof given;
};

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Types that read themselves. */
export const SPECIAL: Readonly<Record<string, ((given: unknown, place: Place) => unknown) | undefined>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': (given) => {
    const text = typeof given === 'string' || typeof given === 'number' ? canonicalQuantity(given) : undefined;
    if (text !== undefined) return text;
    throw new DecodeError(
      given === ''
        ? 'quantities must match the regular expression'
        : `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    );
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': (given, place) => {
    if (typeof given === 'string' || Number.isInteger(given)) return given;
    throw mismatch(given, 'intstr.IntOrString', place);
  },
  [`${META}.Time`]: (given, place) => time(given, place, 'v1.Time', '', () => ''),
  [`${META}.MicroTime`]: (given, place) =>
    time(given, place, 'v1.MicroTime', '.000000', (fraction) => `.${fraction.padEnd(6, '0').slice(0, 6)}`),
};

/** @param layout of the fraction of seconds, as Go writes it */
function time(given: unknown, place: Place, type: string, layout: string, written: (fraction: string) => string): string {
  if (typeof given !== 'string') throw mismatch(given, type, place);
  const parts = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/.exec(given);
  const at = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`);
  if (!Number.isNaN(at)) return `${new Date(at).toISOString().slice(0, 19)}${written(parts?.[2] ?? '')}Z`;
  const text = JSON.stringify(given);
  throw new DecodeError(`parsing time ${text} as "2006-01-02T15:04:05${layout}Z07:00": cannot parse ${text} as "2006"`);
}
