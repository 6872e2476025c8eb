import { messageNamed, messageOf, type Field } from './messages.ts';
import { wireFields, type WireField } from './wire.ts';

/** What Kubernetes' protobuf begins with. */
const MAGIC = Buffer.from('k8s\0');

type Fields = Record<string, unknown>;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));

/** Messages that JSON writes as one value. */
const PLAIN: Readonly<Record<string, (fields: ReadonlyMap<number, WireField['value']>) => unknown>> = {
  'k8s.io.apimachinery.pkg.apis.meta.v1.Time': timeOf,
  'k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime': microTimeOf,
  'k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1': (fields) => json(fields.get(1)),
  'k8s.io.apimachinery.pkg.runtime.RawExtension': (fields) => json(fields.get(1)),
  'k8s.io.apimachinery.pkg.api.resource.Quantity': (fields) => text(bytesIn(fields.get(1))),
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': (fields) =>
    numberIn(fields.get(1)) === 0 ? numberIn(fields.get(2)) : text(bytesIn(fields.get(3))),
};

/** Messages that stand for a list, which protobuf has no name for. */
const LISTS = /\.(ExtraValue|Verbs)$/;

/**
 * An object that was sent as `application/vnd.kubernetes.protobuf`, as it is in JSON.
 * @throws RangeError when it is none, or of a kind whose messages are not known
 */
export function objectFromProtobuf(bytes: Uint8Array): Fields {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)))
    throw new RangeError('the body does not begin as protobuf of Kubernetes does');
  const envelope = byNumber(bytes.subarray(MAGIC.length));
  const type = byNumber(bytesIn(envelope.get(1)));
  const apiVersion = text(bytesIn(type.get(1)));
  const kind = text(bytesIn(type.get(2)));
  const name = messageOf(apiVersion, kind);
  if (messageNamed(name) === undefined) throw new RangeError(`no protobuf message is known of ${apiVersion} ${kind}`);
  return { apiVersion, kind, ...messageFields(name, bytesIn(envelope.get(2))) };
}

function messageFields(name: string, bytes: Uint8Array): Fields {
  const message = messageNamed(name);
  const result: Fields = {};
  for (const { number, value } of wireFields(bytes)) {
    const field = message?.get(number);
    if (field === undefined) continue;
    if (field.inline) Object.assign(result, messageFields(field.type, bytesIn(value)));
    else if (field.map) put(result, field.name, entry(field, bytesIn(value)));
    else if (field.repeated) ((result[field.name] ??= []) as unknown[]).push(valueOf(field.type, value));
    else {
      const single = valueOf(field.type, value);
      if (field.pointer || !isZero(single)) result[field.name] = single;
    }
  }
  return result;
}

function put(result: Fields, name: string, [key, value]: readonly [string, unknown]): void {
  ((result[name] ??= {}) as Fields)[key] = value;
}

function entry({ type }: Field, bytes: Uint8Array): readonly [string, unknown] {
  const fields = byNumber(bytes);
  return [text(bytesIn(fields.get(1))), valueOf(type, fields.get(2) ?? Buffer.alloc(0))];
}

function valueOf(type: string, value: WireField['value']): unknown {
  switch (type) {
    case 'string':
      return text(bytesIn(value));
    case 'bytes':
      return Buffer.from(bytesIn(value)).toString('base64');
    case 'bool':
      return value === 1n;
    case 'int32':
    case 'int64':
      return numberIn(value);
    default:
      break;
  }
  const plain = PLAIN[type];
  if (plain !== undefined) return plain(byNumber(bytesIn(value)));
  if (LISTS.test(type)) return [...wireFields(bytesIn(value))].map(({ value }) => text(bytesIn(value)));
  return messageFields(type, bytesIn(value));
}

/** Go writes unset values that are no pointers, and leaves them out of JSON. */
const isZero = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const byNumber = (bytes: Uint8Array): ReadonlyMap<number, WireField['value']> =>
  new Map([...wireFields(bytes)].map(({ number, value }) => [number, value]));

const bytesIn = (value: WireField['value'] | undefined): Uint8Array => (typeof value === 'object' ? value : Buffer.alloc(0));
const numberIn = (value: WireField['value'] | undefined): number => (typeof value === 'bigint' ? signed(value) : 0);

const json = (value: WireField['value'] | undefined): unknown => JSON.parse(text(bytesIn(value)) || 'null');

function timeOf(fields: ReadonlyMap<number, WireField['value']>): string | undefined {
  if (fields.size === 0) return undefined;
  return `${new Date(numberIn(fields.get(1)) * 1000).toISOString().slice(0, 19)}Z`;
}

function microTimeOf(fields: ReadonlyMap<number, WireField['value']>): string | undefined {
  const seconds = timeOf(fields);
  const micros = String(Math.floor(numberIn(fields.get(2)) / 1000)).padStart(6, '0');
  return seconds === undefined ? undefined : seconds.replace('Z', `.${micros}Z`);
}
