import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateCrds } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined)('kube_explain', () => {
  let tools: Toolkit;
  const ask = async (given: Readonly<Record<string, unknown>>): Promise<string> => (await tools.call('kube_explain', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    await populateCrds(admin);
    await admin.close();
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(() => tools?.close());

  it('explains fields of built-in kinds', async () => {
    const text = await ask({ kind: 'deployment.spec.strategy', depth: 2 });
    expect(text).toMatch(/^Deployment\.spec\.strategy is DeploymentStrategy, 2 fields \(apps\/v1; cluster \S+\)\.\n\[data /);
    expect(text).toContain('\n  maxSurge <IntOrString>: ');
    expect(text).toContain('\ntype <string> one of Recreate|RollingUpdate: ');
    expect(await ask({ kind: 'pods', path: 'spec.containers[0].ports' })).toContain(
      'protocol <string> default "TCP"; one of SCTP|TCP|UDP',
    );
    expect(await ask({ kind: 'cm', path: 'data' })).toContain('ConfigMap.data is map[string]string');
  });

  it('explains custom resources', async () => {
    const text = await ask({ kind: 'widgets.shop.fairlead.test', path: 'spec', depth: 2 });
    expect(text).toContain('\nsize <string> required; one of small|medium|large: How big the widget is.');
    expect(text).toContain('\nreplicas <integer> default 1; 0..100: ');
    expect(text).toContain('\n  currency <string> default "EUR"; pattern ^[A-Z]{3}$: ');
    expect(text).toContain('\n  count <IntOrString>: ');
    expect(text).toContain('\nlabels <map[string]string>: Free words.');
  });

  it('names the nearest field, and where the one that was meant is', async () => {
    expect(await ask({ kind: 'deploy.spec.replica' })).toContain('nearest: replicas.');
    expect(await ask({ kind: 'deploy.spec.containers' })).toContain('It is at spec.template.spec.containers.');
    expect(await ask({ kind: 'deploymnet.spec' })).toContain('Nearest: deployments (apps/v1, short "deploy").');
  });

  it('keeps to every budget, and types that hold themselves do no harm', async () => {
    for (const max_tokens of [200, 600, 4_000]) {
      for (const kind of ['pod', 'crd.spec.versions.schema.openAPIV3Schema', 'widgets.shop.fairlead.test']) {
        const text = await ask({ kind, depth: 5, max_tokens });
        expect(tokensOf(text)).toBeLessThanOrEqual(max_tokens + 40);
        expect(JSON.stringify(await tools.data('kube_explain', { kind, depth: 5, max_tokens })).length).toBeLessThan(
          Math.max(max_tokens * 3, 3_000),
        );
      }
    }
  });
});
