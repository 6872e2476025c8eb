import { expect, test } from 'vitest';

import { Budget } from '../../../answers/index.ts';
import type { AccessAnswer, Action } from '../../../operations/index.ts';
import { accessAnswer, type AccessScene } from './can-i-answer.ts';
import { rulesAnswer } from './can-i-rules-answer.ts';

const SCENE: AccessScene = {
  cluster: 'test',
  subject: { user: 'amy@example.com', groups: ['devs', 'system:authenticated'] },
  certain: true,
};

const EXEC: Action = { verb: 'create', group: '', version: 'v1', resource: 'pods', subresource: 'exec', namespaced: true };
const NODES: Action = { verb: 'list', group: '', version: 'v1', resource: 'nodes', subresource: '', namespaced: false };

const answer = (action: Action, allowed: boolean, more: Partial<AccessAnswer> = {}): AccessAnswer => ({
  action,
  namespace: 'shop',
  allowed,
  denied: false,
  reason: '',
  problem: '',
  ...more,
});

const tell = (answers: readonly AccessAnswer[], scene: AccessScene = SCENE) => accessAnswer(answers, scene).text(new Budget());

test('a yes comes with its reason', () => {
  const reason = 'RBAC: allowed by RoleBinding "ops/shop" of Role "ops" to Group "devs"';
  expect(tell([answer(EXEC, true, { reason })])).toMatchInlineSnapshot(`
    "Yes: amy@example.com may create pods/exec in namespace shop (cluster test).
    Why: "RBAC: allowed by RoleBinding \\"ops/shop\\" of Role \\"ops\\" to Group \\"devs\\"".
    Groups: devs, system:authenticated."
  `);
});

test('a no comes with what would allow it', () => {
  expect(tell([answer(EXEC, false, { name: 'web-1' })])).toMatchInlineSnapshot(`
    "No: amy@example.com may not create pods/exec "web-1" in namespace shop (cluster test).
    To allow it, an admin can bind a Role with: apiGroups [""] resources ["pods/exec"] resourceNames ["web-1"] verbs ["create"].
    Groups: devs, system:authenticated."
  `);
  expect(tell([answer(NODES, false, { namespace: undefined })])).toContain(
    'bind a ClusterRole with: apiGroups [""] resources ["nodes"] verbs ["list"].',
  );
  expect(tell([answer({ verb: 'get', path: '/metrics' }, false)])).toContain('nonResourceURLs ["/metrics"] verbs ["get"]');
  expect(tell([answer(EXEC, false, { denied: true, reason: 'not in office hours' })])).toContain('no Role can allow it');
  expect(tell([answer(EXEC, false, { namespace: undefined })])).toContain('may not create pods/exec in all namespaces');
});

test('doubts are told', () => {
  expect(tell([answer(EXEC, false, { problem: 'role "ops" not found' })])).toContain('An authoriser could not decide');
  expect(tell([answer(EXEC, true)], { ...SCENE, certain: false })).toContain('The name is the configured one');
  expect(tell([answer(EXEC, true)], { ...SCENE, subject: { user: 'root', groups: ['system:masters'] } })).toContain(
    'group system:masters may do everything',
  );
});

test('several questions are a table, the refusals first', () => {
  expect(tell([answer(EXEC, true, { reason: 'RBAC: allowed' }), answer(NODES, false, { namespace: undefined })]))
    .toMatchInlineSnapshot(`
    "Yes to 1 of 2: what amy@example.com may do on cluster test.
    Groups: devs, system:authenticated.
    ALLOWED  VERB    WHAT       NAMESPACE  WHY
    no       list    nodes      -
    yes      create  pods/exec  shop       "RBAC: allowed""
  `);
});

test('rules are told by what they give, without what everybody has', () => {
  const rules = {
    resources: [
      {
        verbs: ['create'],
        group: 'authorization.k8s.io',
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        names: [],
      },
      { verbs: ['get', 'list', 'watch'], group: '', resources: ['pods', 'pods/log', 'services'], names: [] },
      { verbs: ['get', 'list', 'watch'], group: 'apps', resources: ['deployments', 'replicasets/scale'], names: [] },
      { verbs: ['update'], group: '', resources: ['secrets'], names: ['db-password'] },
    ],
    paths: [{ verbs: ['get'], paths: ['/api/*', '/healthz', '/metrics'] }],
    incomplete: true,
    problem: 'webhook authorizer does not support user rule resolution',
  };
  expect(rulesAnswer(rules, { ...SCENE, namespace: 'shop' }).text(new Budget())).toMatchInlineSnapshot(`
    "amy@example.com may do this in namespace shop of cluster test (6 resources; discovery, health and reviews of oneself left out).
    The server says that this list is not complete, so more may be allowed: "webhook authorizer does not support user rule resolution". Ask about one verb and kind to be sure.
    Groups: devs, system:authenticated.
    get list watch: pods (log), services; apps: deployments, replicasets/scale
    update: secrets [only db-password]
    get: /metrics"
  `);
  const none = { resources: rules.resources.slice(0, 1), paths: [], incomplete: false, problem: '' };
  expect(rulesAnswer(none, { ...SCENE, namespace: 'shop' }).text(new Budget())).toContain(
    'may do nothing in namespace shop of cluster test but what everybody may',
  );
  const all = { ...none, resources: [{ verbs: ['*'], group: '*', resources: ['*'], names: [] }] };
  expect(rulesAnswer(all, { ...SCENE, namespace: 'shop' }).text(new Budget())).toBe(
    'amy@example.com may do everything in namespace shop of cluster test.\nGroups: devs, system:authenticated.',
  );
});

test('data has the same facts', () => {
  expect(accessAnswer([answer(EXEC, true, { reason: 'RBAC' })], SCENE).data(new Budget())).toEqual({
    cluster: 'test',
    user: 'amy@example.com',
    groups: ['devs', 'system:authenticated'],
    allowed: true,
    checks: [
      { allowed: true, verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: 'shop', reason: 'RBAC' },
    ],
  });
});
