import type { Permission } from '../../access/index.ts';
import type { RbacKind } from './requirements-kinds.ts';

export type RbacVerb = 'get' | 'list' | 'create' | 'patch' | 'delete';

/** What a tool does to some kinds. */
export interface Need {
  /** `read`: all kinds that are to be read. `changed`: those that are to be changed. */
  readonly of: 'read' | 'changed' | readonly RbacKind[];
  readonly verbs: readonly RbacVerb[];
  readonly why: string;
  /** @default false */
  readonly optional?: true;
  /** What the operator must have granted by name. */
  readonly permission?: Permission;
}

export interface ToolNeeds {
  readonly tool: string;
  readonly needs: readonly Need[];
  /** What else it makes use of, and who has that anyway. */
  readonly given?: string;
}
