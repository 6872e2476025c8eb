import { expect } from 'vitest';

import { at, listAt, schemaOf, textAt } from '../../src/kubernetes/index.ts';
import { asker } from './harness/ask.ts';
import { contract } from './harness/index.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

contract('discovery', ({ promise }) => {
  promise('a server says that it lives, that it is ready, and which version it is', async ({ ask }) => {
    for (const path of ['/livez', '/readyz', '/healthz'])
      expect(await ask(`GET ${path}`)).toMatchObject({ status: 200, body: 'ok' });
    expect(await ask('GET /version')).toMatchObject({
      status: 200,
      body: {
        major: '1',
        minor: expect.stringMatching(/^\d\d/),
        gitVersion: expect.stringMatching(/^v1\.\d\d\.\d+/),
        platform: expect.stringMatching(/^linux\//),
      },
    });
  });

  promise('kinds are known by every name that kubectl knows them by', async ({ connection }) => {
    const names: Readonly<Record<string, string>> = {
      po: 'Pod',
      pod: 'Pod',
      Deployment: 'Deployment',
      'deploy.apps': 'Deployment',
      'deployments.v1.apps': 'Deployment',
      svc: 'Service',
      ns: 'Namespace',
      crd: 'CustomResourceDefinition',
      pdb: 'PodDisruptionBudget',
      hpa: 'HorizontalPodAutoscaler',
      netpol: 'NetworkPolicy',
      sts: 'StatefulSet',
      cj: 'CronJob',
      pvc: 'PersistentVolumeClaim',
      ing: 'Ingress',
    };
    const found: Record<string, string> = {};
    for (const name of Object.keys(names)) found[name] = (await connection.resolve(name)).kind.kind;
    expect(found).toEqual(names);
    const all = (await connection.resolveMany('all')).map(({ kind }) => kind.resource);
    expect(all).toEqual(expect.arrayContaining(['pods', 'services', 'deployments', 'replicasets', 'statefulsets', 'jobs']));
  });

  promise('both forms of discovery tell the same of every kind', async ({ ask }) => {
    const rows: string[] = [];
    for (const path of ['/api', '/apis']) {
      const { body } = await ask(`GET ${path}`, { accept: AGGREGATED });
      expect(textAt(body, 'kind')).toBe('APIGroupDiscoveryList');
      for (const group of listAt(body, 'items'))
        for (const version of listAt(group, 'versions'))
          for (const resource of listAt(version, 'resources')) {
            const groupName = textAt(group, 'metadata', 'name') ?? '';
            const verbs = listAt(resource, 'verbs').join();
            rows.push(
              `${groupName}/${textAt(version, 'version')} ${textAt(resource, 'resource')} ${textAt(resource, 'scope')} ${verbs}`,
            );
          }
    }
    const { body: groups } = await ask('GET /apis');
    const versions = listAt(groups, 'groups').flatMap((group) =>
      listAt(group, 'versions').map((v) => textAt(v, 'groupVersion') ?? ''),
    );
    const plain: string[] = [];
    for (const groupVersion of ['v1', ...versions]) {
      const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
      const { body } = await ask(`GET ${path}`);
      expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion });
      for (const resource of listAt(body, 'resources')) {
        const name = textAt(resource, 'name') ?? '';
        const scope = at(resource, 'namespaced') === true ? 'Namespaced' : 'Cluster';
        const owner = groupVersion === 'v1' ? '/v1' : groupVersion;
        if (!name.includes('/')) plain.push(`${owner} ${name} ${scope} ${listAt(resource, 'verbs').join()}`);
      }
    }
    expect(rows.toSorted()).toEqual(plain.toSorted());
    expect(rows).toContain('apps/v1 deployments Namespaced create,delete,deletecollection,get,list,patch,update,watch');
  });

  promise('a kind is described field by field, in the document that the index names', async ({ connection, ask }) => {
    const { body: index } = await ask('GET /openapi/v3');
    const path = textAt(index, 'paths', 'apis/apps/v1', 'serverRelativeURL') ?? '';
    expect(path).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/);
    const { body, headers } = await ask(`GET ${path}`);
    expect(String(headers['cache-control'])).toContain('immutable');
    const schema = at(body, 'components', 'schemas', 'io.k8s.api.apps.v1.Deployment');
    expect(schema).toMatchObject({
      description: 'Deployment enables declarative updates for Pods and ReplicaSets.',
      'x-kubernetes-group-version-kind': [{ group: 'apps', kind: 'Deployment', version: 'v1' }],
    });
    const { kind } = await connection.resolve('deployments');
    expect(await schemaOf(connection, kind)).toBeDefined();
  });

  promise('who sends no credentials, or wrong ones, is not let in', async ({ access }) => {
    const { server, ca } = access;
    const wrong = asker({ server, ca, token: 'wrong' });
    expect(await wrong.ask('GET /api/v1/namespaces')).toMatchObject({
      status: 401,
      body: { kind: 'Status', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    });
    await wrong.close();
    const nobody = asker({ server, ca });
    expect(await nobody.ask('GET /api/v1/namespaces')).toMatchObject({
      status: 403,
      body: {
        message:
          'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
      },
    });
    expect(await nobody.ask('GET /version')).toMatchObject({ status: 200 });
    await nobody.close();
  });
});
