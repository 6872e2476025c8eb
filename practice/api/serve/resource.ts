import type { ServedKind } from '../../model.ts';
import type { ObjectType } from '../../objects/index.ts';
import type { Images } from '../../programs/index.ts';
import type { PodStreams } from '../../streams/index.ts';
import type { Authorizer } from '../access/attributes.ts';
import type { Tokens } from '../access/tokens.ts';
import type { PracticeStore } from '../state/store.ts';
import type { Asked, ResourcePath } from './request.ts';
import type { Shown } from './shown.ts';

/** What an API server is made of. */
export interface ServerParts {
  readonly store: PracticeStore;
  readonly tokens: Tokens;
  readonly authorize: Authorizer;
  /** Roles count: without, everybody may do everything who says who they are. */
  readonly rbac: boolean;
  readonly streams: PodStreams;
  readonly images: Images;
}

/** A request about a resource that is served, with all that answering it needs. */
export interface Resource {
  readonly asked: Asked;
  readonly server: ServerParts;
  readonly store: PracticeStore;
  readonly path: ResourcePath;
  readonly kind: ServedKind;
  readonly type: ObjectType;
  readonly shown: Shown;
}
