import type { Path } from '../../platform/config/index.ts';

/** A file on its way from text to settings. */
export interface Draft {
  readonly path: string;
  /** With the environment's variables put in. */
  readonly value: unknown;
  /** As it stands in the file. */
  readonly source: unknown;
  /** Whether a string took anything from the environment. */
  readonly interpolated: (path: Path) => boolean;
  /** `fairlead.yaml:12:10` */
  readonly placeOf: (path: Path, at?: 'key' | 'value') => string;
  /** A path in the file, absolute: relative ones are found from the folder of the file. */
  readonly absolute: (path: string) => string;
}
