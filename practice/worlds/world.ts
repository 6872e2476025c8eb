import type { NodeShape } from '../controllers/index.ts';
import type { DraftObject } from '../model.ts';
import type { Images } from '../programs/index.ts';

/** What a practice cluster is filled with, and what has happened in it before anybody looks. */
export interface World {
  readonly name: string;
  /** One sentence for people. */
  readonly about: string;
  readonly nodes: readonly NodeShape[];
  /** What containers do, by image. */
  readonly images: Images;
  /** In the order in which it happened. */
  readonly history: readonly Happening[];
  /** Many workloads that are all alike, for load. */
  readonly crowd?: Crowd | undefined;
  /** No object of it is one that an API server would refuse: a start need not look again. @default false */
  readonly isChecked?: boolean | undefined;
  /** What has become of the first happening: a start need not let it happen again. @default nothing that is known */
  readonly settled?: Settled | undefined;
}

/** What a cluster held some time after a world's first happening, and nobody had touched since. */
export interface Settled {
  /** How long before the start that was, in milliseconds. */
  readonly ago: number;
  /** When it was, by the times in its objects: milliseconds since the epoch, in whole seconds. */
  readonly at: number;
  /** The ends of names that came about by chance. */
  readonly suffixes: readonly string[];
  /** The objects as JSON, one a line, in the order in which they were written. */
  readonly objects: string;
}

/** Something that somebody did. */
export interface Happening {
  /** How long before the start, in milliseconds. */
  readonly ago: number;
  /** What went wrong with it, in a word; one who starts the world can leave it out. */
  readonly incident?: string | undefined;
  /** Objects to create; those that are there already take these fields over (a JSON merge patch). */
  readonly apply: readonly DraftObject[];
}

/** Deployments of ten pods each. */
export interface Crowd {
  /** @default 1000 */
  readonly pods: number;
  /** @default one for each hundred pods */
  readonly namespaces: number;
  /** Objects that change each second, all the time. @default 0 */
  readonly churn: number;
}
