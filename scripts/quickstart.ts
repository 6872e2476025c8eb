/** Shows Fairlead at work on the test cluster: a few questions as an agent asks them, with the answers it gets. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ensureCluster } from '../test/cluster/index.ts';

const QUESTIONS = [
  ['kube_clusters', { probe: true }],
  ['kube_get', { kind: 'pods', namespace: '*' }],
  ['kube_describe', { kind: 'deployment', namespace: 'trouble', name: 'checkout' }],
] as const;

const cluster = await ensureCluster();
if (cluster === undefined) {
  process.exitCode = 1;
} else {
  const bin = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url));
  for (const [tool, input] of QUESTIONS) {
    const json = JSON.stringify(input);
    console.log(`\n$ fairlead call ${tool} '${json}'\n`);
    const args = [bin, 'call', tool, json, '--kubeconfig', cluster.kubeconfig, '--context', cluster.context];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
  // This copy, and not the package of that name: a client then asks what was just seen at work.
  const server = { command: process.execPath, args: [bin, '--kubeconfig', cluster.kubeconfig] };
  console.log(`
The cluster stays up: npm run cluster -- down stops it. Ask it yourself:

  node_modules/.bin/node bin/fairlead.mjs call kube_get kind=nodes --kubeconfig ${cluster.kubeconfig}

For an MCP client:

  ${JSON.stringify({ mcpServers: { fairlead: server } })}`);
}
