import { describe, expect, it } from 'vitest';

import { errorFromAnswer, KubernetesError } from '../kubernetes/index.ts';
import { examine, type ExamineOptions } from './doctor.ts';
import type { Examination } from './doctor-facts.ts';
import { fakeCluster, STANDARD, type FakeAnswers, type FakeKind } from './kinds.fake.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const METRICS: FakeKind = { in: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', resource: 'nodes', namespaced: false };

/** Without the metrics API that is broken there. */
const KINDS = STANDARD.filter(({ resource }) => resource !== '');

const OPTIONS: ExamineOptions = {
  needs: [{ tool: 'look', verb: 'list', group: '', resource: 'pods', namespaced: true, optional: false }],
  tools: 2,
  namespace: 'default',
  now: () => NOW,
};

const table = (...versions: readonly string[]): object => ({
  kind: 'Table',
  columnDefinitions: ['Name', 'Status', 'Version'].map((name) => ({ name })),
  rows: versions.map((version, index) => ({ cells: [`n${index}`, 'Ready', version] })),
});

/** A cluster in which all is well. */
const WELL: FakeAnswers = {
  'GET /version': { gitVersion: 'v1.36.3' },
  'GET /readyz': 'ok',
  'GET /api/v1/nodes': table('v1.36.3', 'v1.35.0'),
  'GET /apis/metrics.k8s.io/v1beta1/nodes': { kind: 'Table', columnDefinitions: [], rows: [] },
  'POST /apis/authentication.k8s.io/v1/selfsubjectreviews': { status: { userInfo: { username: 'amy' } } },
  'POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    status: { resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] },
  },
};

const throws = (error: unknown) => (): never => {
  throw error;
};

async function look(
  answers: FakeAnswers,
  options: Partial<ExamineOptions> = {},
  kinds: readonly FakeKind[] = [...KINDS, METRICS],
) {
  return examine(fakeCluster({ ...WELL, ...answers }, kinds).connection, { ...OPTIONS, ...options });
}

const told = ({ checks }: Examination): readonly string[] =>
  checks.map(({ name, verdict, says }) => `${name} ${verdict}: ${says}`);

describe('an examination', () => {
  it('of a cluster in which all is well finds nothing', async () => {
    const found = await look({}, { login: async () => ({ method: 'token', subject: 'amy' }), clockSkew: () => 200 });
    expect(found).toMatchObject({
      cluster: 'test',
      server: 'https://test:6443',
      identity: 'dev-amy',
      usable: true,
      version: 'v1.36.3',
    });
    expect(told(found)).toEqual([
      'credentials ok: token of "amy"',
      'connection ok: https://test:6443',
      'login ok: known as amy',
      'clock ok: agrees with the server',
      'version ok: v1.36.3',
      'readiness ok: ready',
      expect.stringMatching(/^discovery ok: \d+ kinds in \d+ API groups$/),
      'nodes ok: 2 nodes of v1.35, v1.36',
      'metrics ok: usage is measured',
      'rights ok: all 2 tools work, in all namespaces',
    ]);
  });

  it.each([
    [
      new KubernetesError('unreachable', 'Cluster test cannot be reached: connection refused.', { advice: 'Start it.' }),
      'connection',
    ],
    [new KubernetesError('timeout', 'No answer from cluster test within 2 s.'), 'connection'],
    [
      new KubernetesError('credentials', 'Cannot log in: the exec plugin "aws" was not found.', { advice: 'brew install aws' }),
      'credentials',
    ],
    [errorFromAnswer(401, undefined, { cluster: 'test', identity: 'dev-amy' }), 'login'],
  ])('ends at the first word: %s', async (error, name) => {
    const found = await look({ 'GET /version': throws(error) });
    expect(found.usable).toBe(false);
    const last = found.checks.at(-1);
    expect(last).toMatchObject({ name, verdict: 'problem', mend: error.advice });
    expect(`${last?.says}.`).toBe(error.message);
  });

  it('does not take a login page for an API server', async () => {
    const found = await look({ 'GET /version': '<html>log in</html>' });
    expect(found).toMatchObject({ usable: false, checks: [{ name: 'connection', verdict: 'problem' }] });
  });

  it('goes on where the version may not be read', async () => {
    const found = await look({ 'GET /version': 403 });
    expect(found.usable).toBe(true);
    expect(told(found)).toContain('version unknown: the server does not tell its version');
  });

  it('names what is wrong and what to do', async () => {
    const notReady = errorFromAnswer(500, '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed', {});
    const found = await look(
      {
        'GET /version': { gitVersion: 'v1.26.1' },
        'GET /readyz': throws(notReady),
        'GET /api/v1/nodes': table('v1.27.0', 'v1.22.9', 'v1.25.0'),
      },
      {},
      KINDS,
    );
    expect(found.usable).toBe(false);
    const wrong = found.checks.filter(({ verdict }) => verdict !== 'ok');
    expect(wrong.map(({ name, says }) => `${name}: ${says}`)).toEqual([
      'version: v1.26.1 has no aggregated discovery: the first question takes one request for every API group',
      'readiness: not ready: etcd',
      'nodes: 3 nodes of v1.22, v1.25, v1.27; not supported with this server: n0 (v1.27), n1 (v1.22)',
      'metrics: no metrics API: kube_top shows requests and limits, and no usage',
    ]);
    for (const { mend } of wrong) expect(mend).toMatch(/\w/);
  });

  it('says unknown of what it may not see, and calls the cluster usable all the same', async () => {
    const found = await look({ 'GET /api/v1/nodes': 403, 'GET /apis/metrics.k8s.io/v1beta1/nodes': 403 });
    expect(found.usable).toBe(true);
    expect(told(found)).toContain('nodes unknown: their versions may not be read');
    expect(told(found)).toContain('metrics ok: served');
  });

  it('tells a metrics API that is down from one that is not there', async () => {
    const found = await look({ 'GET /apis/metrics.k8s.io/v1beta1/nodes': 503 });
    expect(told(found)).toContain(
      'metrics warning: the metrics API is announced and does not answer: kube_top shows requests and limits, and no usage',
    );
  });

  it('names API groups that do not answer', async () => {
    const found = await look({}, {}, STANDARD);
    expect(found.usable).toBe(true);
    expect(told(found)).toContain(
      'discovery warning: 11 kinds in 6 API groups; announced and not answering: metrics.k8s.io/v1beta1',
    );
    expect(told(found)).toContainEqual(expect.stringMatching(/^metrics warning: the metrics API is announced/));
  });

  it('tells credentials that cannot be had, slow ones, and a clock that is wrong', async () => {
    const missing = new KubernetesError('credentials', 'Cannot log in: no plugin.', { advice: 'Install it.' });
    const refused = { 'GET /version': throws(missing) };
    const found = await look(refused, { login: async () => throws(missing)(), clockSkew: () => -3_600_000 });
    expect(told(found)).toEqual([
      'credentials problem: Cannot log in: no plugin',
      'clock warning: this machine is 1h ahead of the server',
    ]);
  });

  it('notices that nobody is logged in', async () => {
    const anonymous = { status: { userInfo: { username: 'system:anonymous' } } };
    const found = await look({ 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews': anonymous });
    expect(told(found)).toContain('login warning: the server takes us for system:anonymous');
  });

  it('ends with its caller', async () => {
    const controller = new AbortController();
    const { connection } = fakeCluster({
      ...WELL,
      'GET /version': () => {
        controller.abort(new Error('gone'));
        throw controller.signal.reason;
      },
    });
    const during = connection.during({ origin: 'test', signal: controller.signal });
    await expect(examine(during, OPTIONS)).rejects.toThrow('gone');
  });
});
