export type { LoginFacts } from '../kubernetes/index.ts';

/** How a check ended. `unknown`: it could not run; it is never taken for good. */
export type CheckVerdict = 'ok' | 'warning' | 'problem' | 'unknown';

/** What is looked at, in the order in which one thing needs the other. */
export const CHECKS = [
  'configuration',
  'credentials',
  'connection',
  'login',
  'clock',
  'version',
  'readiness',
  'discovery',
  'nodes',
  'metrics',
  'rights',
] as const;

export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  readonly verdict: CheckVerdict;
  /** What was found, as a sentence without its full stop. May hold text from the cluster. */
  readonly says: string;
  /** Particulars, a line each. */
  readonly more?: readonly string[] | undefined;
  /** What to do about it. */
  readonly mend?: string | undefined;
}

/** One permission, and which tool makes use of it. */
export interface ToolNeed {
  readonly tool: string;
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** True when the tool is of use without it. */
  readonly optional: boolean;
}

/** What is missing, and who misses it. */
export interface MissingRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly tools: readonly string[];
  /** The only namespace in which it is given, when it is given there. */
  readonly onlyIn?: string | undefined;
}

/** How far a tool works. `none`: nothing that it cannot do without is given. */
export type ToolStanding = 'all' | 'part' | 'namespace' | 'none';

export interface RightsFound {
  /** As the API server knows the identity. */
  readonly user: string | undefined;
  readonly tools: readonly { readonly tool: string; readonly standing: ToolStanding }[];
  readonly missing: readonly MissingRight[];
  /** True when nothing at all is given that any tool needs. */
  readonly useless: boolean;
  /** True when an authoriser could not list its rules and not all was asked one by one. */
  readonly uncertain: boolean;
}

/** What was found out about one cluster. */
export interface Examination {
  readonly cluster: string;
  readonly server?: string | undefined;
  readonly identity?: string | undefined;
  readonly version?: string | undefined;
  /** False when an agent gets no useful answer from it. */
  readonly usable: boolean;
  readonly checks: readonly Check[];
  readonly rights?: RightsFound | undefined;
  readonly milliseconds: number;
}
