import { BlockList, isIP } from 'node:net';

import type { Format } from './formats.ts';

interface Cidr {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parse(text: string): Cidr | undefined {
  const [address = '', bits = '', ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return undefined;
  return { address, bits: Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' };
}

export const cidrBlock: Format = (text) =>
  parse(text) === undefined ? ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'] : [];

/** Whether a block is a part of another, and not the whole of it. */
export function isWithin(outer: string, inner: string): boolean {
  const [whole, part] = [parse(outer), parse(inner)];
  if (whole === undefined || part === undefined || part.bits <= whole.bits) return false;
  const block = new BlockList();
  block.addSubnet(whole.address, whole.bits, whole.family);
  return block.check(part.address, part.family);
}
