/** A field of a message as it is on the wire: a number, or bytes that hold anything else. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** In bits: ten bytes hold one of 64. */
const LONGEST_VARINT = 70n;

/** The fields of a message, in order. Source: https://protobuf.dev/programming-guides/encoding/ @throws RangeError when it is cut off */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift >= LONGEST_VARINT) throw new RangeError('a number of a protobuf message is too long');
      const byte = view.getUint8(place++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (place + length > bytes.length) throw new RangeError('unexpected end of a protobuf message');
    place += length;
    return bytes.subarray(place - length, place);
  };
  while (place < bytes.length) {
    const key = Number(varint());
    const number = key >>> 3;
    switch (key & 7) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: take(8) };
        break;
      case 2:
        yield { number, value: take(Number(varint())) };
        break;
      case 5:
        yield { number, value: take(4) };
        break;
      default:
        throw new RangeError(`no wire type of protobuf: ${key & 7}`);
    }
  }
}
