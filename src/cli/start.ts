import type { Loaded } from './settings.ts';

/** What a server is started with. */
export interface Start {
  readonly loaded: Loaded;
  /** The command line, which a configuration that is read anew must not overrule. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly version: string;
}
