import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { AuditLine } from '../../src/access/index.ts';
import type { ApplyStep, Change, Plan, Step, Subject } from '../../src/changes/index.ts';
import { at, getObject, patchObject, type KubernetesObject } from '../../src/kubernetes/index.ts';
import { agent, author, changesHouse, personFor, type ChangesHouse } from '../support/changes.ts';
import { cases, wanted, WIDGETS, type Case } from './changes/objects.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';

const cluster = await ensureCluster();
const NAMESPACE = 'fairlead-changes';
const MADE = 'fairlead-changes-made';
const KEY = Buffer.alloc(32, 7);

describe.skipIf(cluster === undefined)('changes', () => {
  let admin: AdminClient;
  let house: ChangesHouse;
  const place = { kubeconfig: cluster?.kubeconfig ?? '', context: cluster?.context ?? '' };

  const apply = (object: KubernetesObject, more: Partial<ApplyStep> = {}): ApplyStep => ({
    action: 'apply',
    cluster: place.context,
    object,
    ...more,
  });
  const configMap = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE },
    data,
  });
  const subjectOf = ({ apiVersion = '', kind = '', metadata = {} }: KubernetesObject): Omit<Subject, 'cluster'> => ({
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name ?? '',
  });
  const deleting = (object: KubernetesObject): Step => ({ action: 'delete', cluster: place.context, subject: subjectOf(object) });
  /** The object as it is, seen by somebody else. */
  const live = async (object: KubernetesObject): Promise<KubernetesObject | undefined> => {
    const { kind } = await (await house.connect()).resolve(`${object.apiVersion}/${object.kind}`);
    const group = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    return admin.find(`${group}/namespaces/${NAMESPACE}/${kind.resource}/${object.metadata?.name}`);
  };
  /** Plans and applies at once, as an agent whose plan was confirmed. */
  const done = async (steps: readonly Step[], by = house): Promise<Change> => {
    const plan = await by.changes.plan(steps, { author });
    const applied = await by.changes.apply(plan.id, agent);
    expect(applied.problem).toBeUndefined();
    if (applied.change === undefined) throw new Error('there is no entry in the journal');
    return applied.change;
  };
  const undone = async (change: Change, by = house): Promise<Change> => {
    const plan = await by.changes.planUndo(change.id, { author });
    const applied = await by.changes.apply(plan.id, agent);
    expect(applied.problem).toBeUndefined();
    if (applied.change === undefined) throw new Error('there is no entry in the journal');
    return applied.change;
  };
  const widget = (name: string): KubernetesObject => ({
    apiVersion: 'changes.fairlead.test/v1',
    kind: 'Widget',
    metadata: { name, namespace: NAMESPACE },
  });
  const widgets = `/apis/changes.fairlead.test/v1/namespaces/${NAMESPACE}/widgets`;
  const configMaps = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    house = await changesHouse({ ...place, journalKey: KEY });
    await done([apply(WIDGETS)]);
  });
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
    if (admin === undefined) return;
    await admin.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${WIDGETS.metadata?.name}`);
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin.waitForObject(`/api/v1/namespaces/${NAMESPACE}`, (object) => object === undefined);
    await admin.close();
  });

  it('plan, apply and undo leave every object as it was, whatever it is and whatever was done to it', async () => {
    const stepOf = ({ what, first, second }: Case): Step => (what === 'delete' ? deleting(first) : apply(second));
    await fc.assert(
      fc.asyncProperty(cases(NAMESPACE), async (list) => {
        const objects = list.map(({ first }) => first);
        try {
          const there = list.filter(({ what }) => what !== 'create').map(({ first }) => apply(first));
          if (there.length > 0) await done(there);
          const before = await Promise.all(objects.map(live));
          const change = await done(list.map(stepOf));
          const after = await Promise.all(objects.map(live));
          for (const [index, { what, second }] of list.entries()) {
            expect(after[index] === undefined).toBe(what === 'delete');
            if (what !== 'delete') expect(after[index]?.metadata?.labels ?? {}).toMatchObject(second.metadata?.labels ?? {});
          }
          // An agent's manifests may say what is there already.
          if (change.steps.some(({ effect }) => effect !== 'none')) await undone(change);
          expect((await Promise.all(objects.map(live))).map(wanted)).toEqual(before.map(wanted));
        } finally {
          const left = await Promise.all(objects.map(live));
          const remaining = objects.filter((_, index) => left[index] !== undefined);
          if (remaining.length > 0) await done(remaining.map(deleting));
        }
      }),
      { numRuns: 10, endOnFailure: true },
    );
  }, 600_000);

  it('hand on what the server warns of', async () => {
    const labels = { app: 'twice' };
    const env = ['1', '2'].map((value) => ({ name: 'A', value }));
    const containers = [{ name: 'app', image: 'none.example.com/app:1', env, resources: { limits: { memory: '1Mi' } } }];
    const object: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'twice', namespace: NAMESPACE },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    };
    const plan = await house.changes.plan([{ action: 'create', cluster: place.context, object }], { author });
    expect(plan.steps[0]?.warnings).toEqual([
      { code: 'server', text: expect.stringContaining('hides previous definition of "A"') },
    ]);
    const { change } = await house.changes.apply(plan.id, agent);
    // It said the same again.
    expect(change?.steps[0]?.warnings).toBeUndefined();
    if (change !== undefined) await undone(change);
  });

  describe('what somebody else does meanwhile', () => {
    it('makes a plan stale, which says what changed and does nothing', async () => {
      const object = configMap('stale', { a: '1' });
      await done([apply(object)]);
      const plan = await house.changes.plan([apply({ ...object, data: { a: '2' } })], { author });
      await admin.patch(`${configMaps}/stale`, { data: { a: 'theirs', more: 'x' } });
      await expect(house.changes.apply(plan.id, agent)).rejects.toMatchObject({
        code: 'plan-stale',
        message: expect.stringContaining('data.a "1" → "theirs", data.more is new ("x")'),
      });
      expect((await live(object))?.['data']).toEqual({ a: 'theirs', more: 'x' });
      expect(await house.changes.get(plan.id)).toMatchObject({ state: 'stale' });
    });

    it('is no matter when only the status has changed', async () => {
      const object: KubernetesObject = { ...widget('busy'), spec: { size: 1 } };
      await done([apply(object)]);
      const plan = await house.changes.plan([apply({ ...object, spec: { size: 2 } })], { author });
      await admin.patch(`${widgets}/busy/status`, { status: { seen: 1 } });
      expect(await house.changes.apply(plan.id, agent)).toMatchObject({ problem: undefined });
      expect(await live(object)).toMatchObject({ spec: { size: 2 }, status: { seen: 1 } });
    });

    it('never loses an update: of many who change one object at the same time one does, and the others are told', async () => {
      const object = configMap('contended', { by: 'nobody' });
      await done([apply(object)]);
      await race((writer) => apply({ ...object, data: { by: `${writer}` } }), object);
    });

    it('never takes an object for a new one that somebody has made', async () => {
      const object = configMap('disputed', { by: 'nobody' });
      await race((writer) => apply({ ...object, data: { by: `${writer}` } }), object);
    });

    it('is kept by an undo, and refused where it is what would be undone', async () => {
      const object = configMap('kept', { a: '1', b: '1' });
      await done([apply(object)]);
      const change = await done([apply({ ...object, data: { a: '2', b: '1' } })]);
      await admin.patch(`${configMaps}/kept`, { data: { b: 'theirs' } });
      await undone(change);
      expect((await live(object))?.['data']).toEqual({ a: '1', b: 'theirs' });
      const second = await done([apply({ ...object, data: { a: '3', b: 'theirs' } })]);
      await admin.patch(`${configMaps}/kept`, { data: { a: 'theirs' } });
      await expect(house.changes.planUndo(second.id, { author })).rejects.toMatchObject({
        code: 'changed-since',
        message: expect.stringContaining('data.a "3" → "theirs"'),
      });
    });

    /** Lets five agents do a thing to one object at once, each having planned it before any did it. */
    async function race(step: (writer: number) => Step, object: KubernetesObject): Promise<void> {
      const writers = [0, 1, 2, 3, 4];
      const plans = await Promise.all(writers.map((writer) => house.changes.plan([step(writer)], { author })));
      const outcomes = await Promise.all(
        plans.map(async ({ id }) =>
          house.changes.apply(id, agent).then(
            ({ problem }) => problem,
            (error: Error) => error.message,
          ),
        ),
      );
      const winners = writers.filter((writer) => outcomes[writer] === undefined);
      expect(winners).toHaveLength(1);
      expect((await live(object))?.['data']).toEqual({ by: `${winners[0]}` });
      for (const outcome of outcomes) if (outcome !== undefined) expect(outcome).toContain('The plan is not true any more');
    }
  });

  describe('server-side apply', () => {
    it('keeps the fields of others, and takes none without being told to', async () => {
      const object = configMap('shared', { ours: '1' });
      await admin.post(configMaps, { ...object, metadata: { name: 'shared' }, data: { theirs: '1' } });
      await done([apply(object)]);
      expect((await live(object))?.['data']).toEqual({ ours: '1', theirs: '1' });
      const taking = { ...object, data: { ours: '1', theirs: '2' } };
      const plan = await house.changes.plan([apply(taking)], { author });
      expect(plan).toMatchObject({
        state: 'blocked',
        steps: [{ conflicts: [{ field: 'data.theirs', owner: expect.any(String) }] }],
      });
      await expect(house.changes.apply(plan.id, agent)).rejects.toMatchObject({ code: 'plan-blocked' });
      const forced = await house.changes.plan([apply(taking, { force: true })], { author });
      expect(forced.steps[0]?.warnings.map(({ code }) => code)).toContain('takes-fields');
      expect(await house.changes.apply(forced.id, agent)).toMatchObject({ problem: undefined });
      expect((await live(object))?.['data']).toEqual({ ours: '1', theirs: '2' });
    });

    it('is not in conflict with what we patched and undid ourselves', async () => {
      const object = configMap('own', { a: '1' });
      await done([apply(object)]);
      await undone(await done([apply({ ...object, data: { a: '2' } })]));
      const patch: Step = {
        action: 'patch',
        cluster: place.context,
        subject: subjectOf(object),
        type: 'merge',
        patch: { data: { a: '3' } },
      };
      await done([patch]);
      await done([apply({ ...object, data: { a: '4' } })]);
      expect((await live(object))?.['data']).toEqual({ a: '4' });
    });

    it('makes a namespace, a kind and what is in them with one plan, whatever their order', async () => {
      const kind = { ...structuredClone(WIDGETS), metadata: { name: 'gadgets.changes.fairlead.test' } } as KubernetesObject;
      Object.assign(kind['spec'] as object, { names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget' } });
      const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: MADE } };
      const inside = { ...configMap('inside', { a: '1' }), metadata: { name: 'inside', namespace: MADE } };
      const gadget = {
        apiVersion: 'changes.fairlead.test/v1',
        kind: 'Gadget',
        metadata: { name: 'one', namespace: MADE },
        spec: {},
      };
      const plan = await house.changes.plan([apply(gadget), apply(inside), apply(kind), apply(namespace)], { author });
      expect(plan.steps.map(({ subject, effect }) => [subject.kind, effect])).toEqual([
        ['Namespace', 'create'],
        ['CustomResourceDefinition', 'create'],
        ['ConfigMap', 'unknown'],
        ['Gadget', 'unknown'],
      ]);
      const applied = await house.changes.apply(plan.id, agent);
      expect(applied).toMatchObject({ problem: undefined, undoable: true });
      await undone(applied.change as Change);
      await admin.waitForObject(`/api/v1/namespaces/${MADE}`, (object) => object === undefined);
    });
  });

  describe('each action', () => {
    const workload = (name: string, replicas: number): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'main', image: cluster?.image, command: ['sleep', '3600'] }],
          },
        },
      },
    });

    it.each([
      ['merge', { data: { a: '2', b: null } }],
      ['strategic', { data: { a: '2', b: null } }],
      [
        'json',
        [
          { op: 'replace', path: '/data/a', value: '2' },
          { op: 'remove', path: '/data/b' },
        ],
      ],
    ] as const)('patches (%s), and takes it back', async (type, patch) => {
      const object = configMap(`patched-${type}`, { a: '1', b: '1' });
      await done([apply(object)]);
      const change = await done([{ action: 'patch', cluster: place.context, subject: subjectOf(object), type, patch }]);
      expect(change.steps[0]?.changes).toEqual([
        { path: 'data.a', before: '1', after: '2' },
        { path: 'data.b', before: '1' },
      ]);
      expect((await live(object))?.['data']).toEqual({ a: '2' });
      await undone(change);
      expect((await live(object))?.['data']).toEqual({ a: '1', b: '1' });
    });

    it('scales whatever has a scale subresource, wherever its replicas stand, and takes it back', async () => {
      const object = { ...widget('scaled'), spec: { size: 2 } };
      await done([apply(object)]);
      const change = await done([{ action: 'scale', cluster: place.context, subject: subjectOf(object), replicas: 5 }]);
      expect(change.steps[0]?.changes).toEqual([{ path: 'spec.replicas', before: 2, after: 5 }]);
      expect(await live(object)).toMatchObject({ spec: { size: 5 } });
      await undone(change);
      expect(await live(object)).toMatchObject({ spec: { size: 2 } });
      const plan = await house.changes.plan(
        [{ action: 'scale', cluster: place.context, subject: subjectOf(configMap('kept', {})), replicas: 1 }],
        { author },
      );
      expect(plan.steps[0]?.problem).toContain('cannot be scaled');
    });

    it.skipIf(cluster?.hasNode !== true)(
      'waits for a rollout, says how far it is, and warns of what a change of it does',
      async () => {
        const object = workload('rolled', 1);
        await done([apply(object), apply(budget('rolled', 0))]);
        const plan = await house.changes.plan([apply({ ...object, spec: { ...(object['spec'] as object), replicas: 2 } })], {
          author,
          wait: true,
        });
        expect(plan.steps[0]?.impact.map(({ relation }) => relation)).toEqual(['protected-by']);
        const told: string[] = [];
        const applied = await house.changes.apply(plan.id, agent, { onProgress: ({ text }) => told.push(text) });
        expect(applied).toMatchObject({ problem: undefined, notReady: [] });
        expect(told).toContainEqual(expect.stringContaining('waiting for Deployment rolled'));
        expect(await live(object)).toMatchObject({ status: { availableReplicas: 2 } });
        const zero = await house.changes.plan(
          [{ action: 'scale', cluster: place.context, subject: subjectOf(object), replicas: 0 }],
          { author },
        );
        expect(zero.steps[0]?.warnings.map(({ code }) => code)).toContain('scale-to-zero');
      },
    );

    it.skipIf(cluster?.hasNode !== true)(
      'evicts no pod that a disruption budget protects, and says which budget it is',
      async () => {
        const object = workload('guarded', 1);
        const plan = await house.changes.plan([apply(object), apply(budget('guarded', 1))], { author, wait: true });
        expect(await house.changes.apply(plan.id, agent)).toMatchObject({ problem: undefined, notReady: [] });
        await admin.waitForObject(
          `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets/guarded`,
          (found) => at(found, 'status', 'currentHealthy') === 1,
        );
        const [pod] = (await admin.list(`/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3Dguarded`)).items;
        const name = pod?.metadata.name ?? '';
        const evict: Step = {
          action: 'evict',
          cluster: place.context,
          subject: { apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, name },
        };
        const blocked = await house.changes.plan([evict], { author, waitSeconds: 1 });
        expect(blocked).toMatchObject({
          state: 'open',
          steps: [{ warnings: expect.arrayContaining([expect.objectContaining({ code: 'budget-blocks' })]) }],
        });
        const applied = await house.changes.apply(blocked.id, agent);
        expect(applied.problem).toContain('disruption budget guarded');
        expect(await admin.find(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`)).toBeDefined();
        await done([deleting(budget('guarded', 1))]);
        await done([evict]);
        await admin.waitForObject(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`, (found) => found === undefined);
      },
    );

    it('creates what the server names, waits for it, and removes it by its name', async () => {
      const object: KubernetesObject = {
        ...configMap('', { a: '1' }),
        metadata: { generateName: 'made-', namespace: NAMESPACE },
      };
      const plan = await house.changes.plan([{ action: 'create', cluster: place.context, object }], { author, wait: true });
      const applied = await house.changes.apply(plan.id, agent);
      expect(applied).toMatchObject({ problem: undefined, notReady: [] });
      const name = applied.change?.steps[0]?.subject.name ?? '';
      expect(name).toMatch(/^made-\w{5}$/);
      expect(await live(configMap(name, {}))).toBeDefined();
      await undone(applied.change as Change);
      expect(await live(configMap(name, {}))).toBeUndefined();
    });

    it('deletes, and says what goes with it', async () => {
      const object = configMap('used', { a: '1' });
      const user = workload('user', 0);
      Object.assign(at(user, 'spec', 'template', 'spec', 'containers', 0) as object, {
        envFrom: [{ configMapRef: { name: 'used' } }],
      });
      await done([apply(object), apply(user)]);
      const plan = await house.changes.plan([deleting(object)], { author });
      expect(plan.steps[0]?.impact).toEqual([{ relation: 'used-by', what: 'Deployment user', count: 1 }]);
    });

    const budget = (name: string, minAvailable: number): KubernetesObject => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: NAMESPACE },
      spec: { minAvailable, selector: { matchLabels: { app: name } } },
    });
  });

  describe('whose word', () => {
    const protecting = { changes: { protectedNamespaces: [NAMESPACE] } };

    it('a plan needs is decided by the operator, and an agent cannot give that of a person', async () => {
      await using strict = await changesHouse({ ...place, policy: protecting });
      const plan = await strict.changes.plan([apply(configMap('guarded', { a: '1' }))], { author });
      expect(plan).toMatchObject({ needs: 'person', because: [`namespace ${NAMESPACE} is protected`] });
      await expect(strict.changes.apply(plan.id, agent)).rejects.toMatchObject({ code: 'needs-person' });
      expect(await strict.changes.apply(plan.id, personFor(plan))).toMatchObject({
        problem: undefined,
        change: { word: 'person' },
      });
    });

    it('counts in every process of the user: a person confirms in a terminal what an agent planned and was refused', async () => {
      const object = configMap('terminal', { a: '1' });
      const plan = await house.changes.plan([apply(object)], { author });
      await house.changes.refuse(plan.id);
      await expect(house.changes.apply(plan.id, agent)).rejects.toMatchObject({ code: 'plan-refused' });
      await using terminal = await changesHouse({ ...place, folder: house.folder, journalKey: KEY });
      await terminal.changes.apply(plan.id, personFor(plan));
      expect((await live(object))?.['data']).toEqual({ a: '1' });
      await expect(house.changes.apply(plan.id, personFor(plan))).rejects.toMatchObject({ code: 'plan-used' });
    });

    it('is given once: of two who confirm the same plan one applies it', async () => {
      const plan = await house.changes.plan([apply(configMap('once', { a: '1' }))], { author });
      const outcomes = await Promise.allSettled([
        house.changes.apply(plan.id, agent),
        house.changes.apply(plan.id, personFor(plan)),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    it('does nothing for what is never done', async () => {
      const rules = [{ kinds: ['configmaps'], verbs: ['delete'], require: 'deny' }];
      await using strict = await changesHouse({ ...place, policy: { changes: { rules } } });
      const plan = await strict.changes.plan([deleting(configMap('once', {}))], { author });
      expect(plan).toMatchObject({ state: 'blocked', steps: [{ problem: expect.stringContaining('Refused by policy') }] });
      await expect(strict.changes.apply(plan.id, personFor(plan))).rejects.toMatchObject({ code: 'plan-blocked' });
    });
  });

  describe('what cannot be done', () => {
    it('is told at each step, and keeps the plan from being applied', async () => {
      const object = configMap('fine', { a: '1' });
      const plan = await house.changes.plan(
        [
          apply(object),
          apply({ ...object, metadata: { name: 'Not A Name', namespace: NAMESPACE } }),
          apply({ ...configMap('wrong', {}), metdata: {} }),
          deleting(configMap('absent', {})),
        ],
        { author },
      );
      expect(plan.state).toBe('blocked');
      const problems = plan.steps.map(({ problem }) => problem);
      expect(problems[0]).toBeUndefined();
      expect(problems[1]).toContain('metadata.name');
      expect(problems[2]).toContain('metdata');
      expect(problems[3]).toContain('No configmaps "absent"');
      await expect(house.changes.apply(plan.id, agent)).rejects.toMatchObject({ code: 'plan-blocked' });
      expect(await live(object)).toBeUndefined();
    });

    it('stops the plan where it turns out, and what was done before can be undone', async () => {
      const first = configMap('halfway-1', { a: '1' });
      const second = configMap('halfway-2', { a: '1' });
      const third = configMap('halfway-3', { a: '1' });
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight' }, spec: { hard: {} } };
      const count = (await admin.list(configMaps)).items.length;
      const plan = await house.changes.plan([apply(first), apply(second), apply(third)], { author });
      await admin.post(`/api/v1/namespaces/${NAMESPACE}/resourcequotas`, {
        ...quota,
        spec: { hard: { 'count/configmaps': `${count + 1}` } },
      });
      await admin.waitForObject(`/api/v1/namespaces/${NAMESPACE}/resourcequotas/tight`, (object) =>
        JSON.stringify(object?.['status'] ?? {}).includes('used'),
      );
      const applied = await house.changes.apply(plan.id, agent);
      expect(applied.problem).toContain('exceeded quota');
      expect(applied.undoable).toBe(true);
      expect(applied.change?.state).toBe('failed');
      expect(applied.change?.steps.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting']);
      await undone(applied.change as Change);
      expect(await live(first)).toBeUndefined();
      await admin.delete(`/api/v1/namespaces/${NAMESPACE}/resourcequotas/tight`);
    });
  });

  describe('the gate', () => {
    it('lets nothing be stored in mode plan that no confirmed plan holds', async () => {
      const connection = await house.connect();
      const { kind } = await connection.resolve('configmaps');
      await done([apply(configMap('gated', { a: '1' }))]);
      const target = { namespace: NAMESPACE, name: 'gated' };
      await expect(patchObject(connection, kind, target, 'merge', { data: { a: '2' } })).rejects.toMatchObject({ rule: 'plan' });
      const tried = await patchObject(connection, kind, target, 'merge', { data: { a: '2' } }, { dryRun: true });
      expect(tried['data']).toEqual({ a: '2' });
      expect(await getObject(connection, kind, target)).toMatchObject({ data: { a: '1' } });
    });

    it('sees nothing but dry runs while a plan is made, and in dry-run mode while it is applied', async () => {
      const object = configMap('tried', { a: '1' });
      await done([apply(object)]);
      const steps: Step[] = [
        apply({ ...object, data: { a: '2' } }),
        deleting(configMap('gated', {})),
        { action: 'create', cluster: place.context, object: configMap('new', { a: '1' }) },
      ];
      const writesOf = async (dryRun: boolean): Promise<readonly AuditLine[]> => {
        const tried = await changesHouse({ ...place, policy: { dryRun } });
        const plan = await tried.changes.plan(steps, { author });
        expect(plan.state).toBe('open');
        if (dryRun) expect(await tried.changes.apply(plan.id, agent)).toMatchObject({ problem: undefined, change: undefined });
        await tried[Symbol.asyncDispose]();
        return tried.audit.filter(({ verb }) => !['get', 'list'].includes(verb));
      };
      for (const [dryRun, count] of [
        [false, 3],
        [true, 6],
      ] as const) {
        const writes = await writesOf(dryRun);
        expect(writes).toHaveLength(count);
        expect(writes.every((line) => line.dryRun === true)).toBe(true);
      }
      expect((await live(object))?.['data']).toEqual({ a: '1' });
    });
  });

  describe('secrets', () => {
    const canary = 'canary-Zm9yZXZlcg-7731';
    const secret = (value: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'kept', namespace: NAMESPACE },
      stringData: { password: value },
    });

    it('stand in no plan, no entry of the journal and no file, and come back by an undo only with a key', async () => {
      await using open = await changesHouse(place);
      const created = await done([apply(secret(canary))], open);
      const plan = await open.changes.plan([apply(secret(`${canary}-2`))], { author });
      const applied = await open.changes.apply(plan.id, agent);
      const seen = JSON.stringify([plan, applied, await open.changes.changes(), await open.changes.change(created.id)]);
      const files = await Promise.all((await readdir(open.folder)).map((file) => readFile(join(open.folder, file), 'latin1')));
      for (const text of [seen, ...files]) {
        expect(text).not.toContain(canary);
        expect(text).not.toContain(Buffer.from(canary).toString('base64').slice(0, 20));
      }
      await expect(open.changes.planUndo(applied.change?.id ?? '', { author })).rejects.toMatchObject({ code: 'not-undoable' });
      const change = await done([apply(secret(`${canary}-3`))]);
      await undone(change);
      const value = ((await live(secret('')))?.['data'] as Record<string, string> | undefined)?.['password'] ?? '';
      expect(Buffer.from(value, 'base64').toString()).toBe(`${canary}-2`);
    });

    it('that others own are a conflict whatever the guess, and no patch reads them', async () => {
      const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs', namespace: NAMESPACE } };
      await admin.post(`/api/v1/namespaces/${NAMESPACE}/secrets`, { ...theirs, stringData: { password: 'right-guess' } });
      for (const password of ['right-guess', 'wrong-guess']) {
        const plan = await house.changes.plan([apply({ ...theirs, stringData: { password } })], { author });
        expect(plan).toMatchObject({ state: 'blocked', steps: [{ conflicts: [{ field: 'data.password' }] }] });
      }
      const value = Buffer.from('right-guess').toString('base64');
      const reading = [{ op: 'test', path: '/data/password', value }];
      const plan = await house.changes.plan(
        [{ action: 'patch', cluster: place.context, subject: subjectOf(theirs), type: 'json', patch: reading }],
        { author },
      );
      expect(plan.steps[0]?.problem).toContain('which is hidden');
    });

    it('are no matter of guessing: a plan that sets the value that is there looks like one that sets another', async () => {
      await done([apply(secret('right-guess'))]);
      const shape = async (value: string): Promise<unknown> => {
        const { steps } = await house.changes.plan([apply(secret(value))], { author });
        return steps.map(({ effect, changes }) => ({ effect, changes }));
      };
      expect(await shape('right-guess')).toEqual(await shape('wrong-guess'));
    });
  });

  it('tells the truth after its process was killed, at whatever moment', async () => {
    const outcomes: string[] = [];
    const attempt = async (moment: number): Promise<boolean> => {
      const objects = [configMap(`killed-${moment}-1`, { a: 'old' }), configMap(`killed-${moment}-2`, { a: 'old' })];
      const [first = {}] = objects;
      await admin.post(configMaps, { ...first, metadata: { name: first.metadata?.name ?? '' } });
      const folder = await mkdtemp(join(tmpdir(), 'fairlead-killed-'));
      const steps = objects.map((object) => apply({ ...object, data: { a: 'new' } }, { force: true }));
      const survived = await dies(folder, steps, moment);
      await using after = await changesHouse({ ...place, folder });
      const [change, ...others] = await after.changes.changes();
      expect(others).toEqual([]);
      outcomes.push(change?.state ?? 'nothing');
      const values = (await Promise.all(objects.map(live))).map((object) => at(object, 'data', 'a'));
      const old = ['old', undefined];
      if (change === undefined) {
        expect(values).toEqual(old);
      } else {
        expect(change.state).toBe(survived || change.endedAt !== undefined ? 'applied' : 'interrupted');
        for (const [index, step] of change.steps.entries()) {
          if (step.state === 'done') expect(values[index]).toBe('new');
          if (step.state === 'waiting') expect(values[index]).toBe(old[index]);
          expect(['done', 'waiting', 'sent']).toContain(step.state);
        }
        const undo = await after.changes.planUndo(change.id, { author }).catch((error: unknown) => error);
        if (undo instanceof Error) expect(undo).toMatchObject({ code: 'not-undoable' });
        else await after.changes.apply((undo as Plan).id, agent);
        expect((await Promise.all(objects.map(live))).map((object) => at(object, 'data', 'a'))).toEqual(old);
      }
      await rm(folder, { recursive: true });
      return survived;
    };
    for (let moment = 0, survived = false; !survived; moment += 4) {
      survived = (await Promise.all([0, 1, 2, 3].map(async (each) => attempt(moment + each)))).some(Boolean);
    }
    expect(new Set(outcomes)).toEqual(new Set(['nothing', 'interrupted', 'applied']));
  }, 600_000);

  it('plans three hundred objects with a difference each', async () => {
    const manifest = (value: string): Step[] =>
      Array.from({ length: 300 }, (_, index) => apply(configMap(`many-${index}`, { value })));
    await done(manifest('1'));
    const plan = await house.changes.plan(manifest('2'), { author });
    expect(plan.state).toBe('open');
    expect(
      plan.steps.filter(({ changes }) => changes.some(({ path, after }) => path === 'data.value' && after === '2')),
    ).toHaveLength(300);
    // One list for all that is there, and one dry run each.
    await done(Array.from({ length: 300 }, (_, index) => deleting(configMap(`many-${index}`, {}))));
  }, 600_000);

  /** Runs a process that dies at a moment. @returns whether it came to its end before */
  async function dies(folder: string, steps: readonly Step[], moment: number): Promise<boolean> {
    const victim = fileURLToPath(new URL('changes/victim.ts', import.meta.url));
    const child = spawn(process.execPath, [victim, place.kubeconfig, place.context, folder, JSON.stringify(steps), `${moment}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (signal !== 'SIGKILL') expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    return signal === null;
  }
});
