import type { Random } from '../../model.ts';
import type { Images } from '../../programs/index.ts';
import type { Cluster } from '../cluster.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import type { Reports } from './reports.ts';

/** What the pods on one node share. */
export interface Host {
  readonly name: string;
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly images: Images;
  readonly reports: Reports;
  /** Images that are on the node. */
  readonly pulled: Set<string>;
  readonly addresses: AddressPool;
  /** The address of the node itself. */
  readonly ip: () => string;
}

export interface HostOptions {
  readonly cluster: Cluster;
  readonly name: string;
  readonly images: Images;
  readonly reports: Reports;
  /** The range that its pods have their addresses from, such as `10.244.3.0/24`. */
  readonly podRange: string;
  readonly ip: () => string;
}

export function newHost({ cluster, name, images, reports, podRange, ip }: HostOptions): Host {
  return {
    name,
    cluster,
    recorder: eventRecorder(cluster, 'kubelet', name),
    images,
    reports,
    pulled: new Set(),
    addresses: new AddressPool(podRange),
    ip,
  };
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** Addresses of a range, one after the other, so that one that was given back is not used again at once. */
export class AddressPool {
  readonly #first: number;
  readonly #size: number;
  readonly #used = new Set<number>();
  #next = 2;

  /** @param range in CIDR notation */
  constructor(range: string) {
    const [network = '', bits = '24'] = range.split('/');
    this.#first = toNumber(network);
    this.#size = 2 ** (32 - Number(bits));
  }

  /** @returns nothing when all are in use */
  take(): string | undefined {
    const usable = this.#size - 3;
    for (let tries = 0; tries < usable; tries++) {
      const offset = this.#next;
      this.#next = offset + 1 < this.#size - 1 ? offset + 1 : 2;
      if (this.#used.has(offset)) continue;
      this.#used.add(offset);
      return toAddress(this.#first + offset);
    }
    return undefined;
  }

  /** Marks an address as used that was given out before. */
  keep(address: string): void {
    this.#used.add(toNumber(address) - this.#first);
  }

  giveBack(address: string): void {
    this.#used.delete(toNumber(address) - this.#first);
  }
}

/** A wait as kubelets make them longer by chance, so that they do not all come at once. */
export const jittered = (random: Random, milliseconds: number): number => Math.round(milliseconds * (1 + 0.5 * random.next()));
