/** The few ASN.1 values that certificates are made of, in DER (X.690). */
export type Der = Buffer;

function value(tag: number, ...content: readonly Uint8Array[]): Der {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

export const sequence = (...items: readonly Der[]): Der => value(0x30, ...items);
export const set = (...items: readonly Der[]): Der => value(0x31, ...items);
export const utf8 = (text: string): Der => value(0x0c, Buffer.from(text));
export const octets = (content: Uint8Array): Der => value(0x04, content);
export const bits = (content: Uint8Array, unused = 0): Der => value(0x03, Buffer.of(unused), content);
export const yes: Der = value(0x01, Buffer.of(0xff));
/** Explicitly tagged, or implicitly where the content is no value itself. */
export const tagged = (number: number, content: Uint8Array, constructed = true): Der =>
  value((constructed ? 0xa0 : 0x80) | number, content);

/** @param bytes of a positive number, the highest first */
export const integer = (bytes: Uint8Array): Der =>
  value(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);

/** @param dotted `2.5.4.3` */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): readonly number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** A point in time between 1950 and 2049. */
export const time = (milliseconds: number): Der =>
  value(0x17, Buffer.from(`${new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
