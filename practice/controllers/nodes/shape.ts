import type { Labels, Taint } from '../shapes.ts';

/** A machine, as a world describes it. */
export interface NodeShape {
  readonly name: string;
  /** @default 4 */
  readonly cpu?: string;
  /** @default 16Gi */
  readonly memory?: string;
  /** How many pods it takes. @default 110 */
  readonly pods?: number;
  readonly labels?: Labels;
  readonly taints?: readonly Taint[];
  /** Becomes `topology.kubernetes.io/zone`. */
  readonly zone?: string;
}
