import type { DraftObject } from '../../model.ts';
import type { Attributes } from '../access/attributes.ts';
import type { User } from '../access/identity.ts';
import { rulesFor, type PolicyRule } from '../access/rbac.ts';
import { ISSUER } from '../access/tokens.ts';
import { timestamp } from '../../timestamp.ts';
import { resourceName } from '../state/registry.ts';
import { readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';
import { objectIn } from './write.ts';

interface AccessSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly resourceAttributes?: Readonly<Partial<Record<string, string>>>;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

/** What a review says; nothing of it is stored. */
type Review = (resource: Resource, object: DraftObject) => Readonly<Record<string, unknown>>;

const specOf = <Spec>(object: DraftObject): Spec => (object['spec'] ?? {}) as Spec;

const access =
  (whoOf: (resource: Resource, spec: AccessSpec) => User): Review =>
  (resource, object) => {
    const spec = specOf<AccessSpec>(object);
    const { allowed, reason } = resource.server.authorize(whoOf(resource, spec), attributesOf(spec));
    return { status: { allowed, ...(reason !== '' && { reason }) } };
  };

const caller = ({ asked }: Resource): User => asked.user;
const named = (_: Resource, { user = '', groups = [], uid }: AccessSpec): User => ({
  name: user,
  groups,
  ...(uid !== undefined && { uid }),
});

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessSpec): Attributes {
  if (nonResourceAttributes !== undefined)
    return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' };
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes ?? {};
  return {
    verb,
    group,
    resource,
    ...(subresource !== '' && { subresource }),
    ...(namespace !== '' && { namespace }),
    ...(name !== '' && { name }),
  };
}

const rules: Review = ({ asked, store, server }, object) => {
  const { namespace = '' } = specOf<{ readonly namespace?: string }>(object);
  const all: readonly PolicyRule[] = server.rbac
    ? rulesFor(store, asked.user, namespace).map(({ rule }) => rule)
    : [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ];
  return {
    // The answer does not repeat the question.
    spec: {},
    status: {
      resourceRules: all.filter(({ resources }) => resources !== undefined),
      nonResourceRules: all.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined),
      incomplete: false,
    },
  };
};

const token: Review = ({ server }, object) => {
  const { token = '', audiences } = specOf<{ readonly token?: string; readonly audiences?: readonly string[] }>(object);
  const user = server.tokens.userOf(token, audiences);
  if (user === undefined) return { status: { user: {}, error: 'invalid bearer token' } };
  return {
    status: { authenticated: true, user: infoOf(user), audiences: audiences ?? [ISSUER] },
  };
};

const self: Review = ({ asked, store }) => ({
  metadata: { creationTimestamp: timestamp(store.clock.now()) },
  status: { userInfo: infoOf(asked.user) },
});

const infoOf = ({ name, uid, groups, extra }: User) => ({
  username: name,
  ...(uid !== undefined && { uid }),
  groups,
  ...(extra !== undefined && { extra }),
});

const REVIEWS: Readonly<Record<string, Review>> = {
  'localsubjectaccessreviews.authorization.k8s.io': access(named),
  'selfsubjectaccessreviews.authorization.k8s.io': access(caller),
  'subjectaccessreviews.authorization.k8s.io': access(named),
  'selfsubjectrulesreviews.authorization.k8s.io': rules,
  'selfsubjectreviews.authentication.k8s.io': self,
  'tokenreviews.authentication.k8s.io': token,
};

/** How a `POST` of a review is answered; undefined for all other kinds. */
export function reviewOf(resource: Resource): (() => Promise<void>) | undefined {
  const review = REVIEWS[resourceName(resource.kind)];
  if (review === undefined) return undefined;
  return async () => {
    const object = objectIn(resource, await readBody(resource.asked.request, OBJECTS));
    sendJson(resource.asked, 201, {
      ...object,
      metadata: { ...object.metadata },
      ...review(resource, object),
    });
  };
}
