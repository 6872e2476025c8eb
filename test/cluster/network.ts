import { readFile, writeFile } from 'node:fs/promises';
import { attempt, run } from './run.ts';
import { ADDRESSES, BRIDGES, POD_ROUTES } from './settings.ts';

/** Chains that the kubelet, kube-proxy and CNI's portmap make. */
const KUBE_CHAIN = /^(KUBE|CNI)-/;

const ip = (...args: readonly string[]): Promise<string> => run('ip', args);

async function linkExists(name: string): Promise<boolean> {
  return (await attempt('ip', ['link', 'show', 'dev', name])).code === 0;
}

async function ensureBridge(name: string): Promise<void> {
  if (!(await linkExists(name))) await ip('link', 'add', name, 'type', 'bridge');
  await ip('link', 'set', name, 'up');
}

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

export const isForwarding = async (): Promise<boolean> => (await readFile(FORWARDING, 'utf8')).trim() === '1';

export const setForwarding = (on: boolean): Promise<void> => writeFile(FORWARDING, on ? '1' : '0');

/**
 * Gives the node an address and routes what belongs to the cluster so that no packet leaves the machine.
 * A bridge without members carries the address: a kubelet refuses a loopback address, and not every kernel has the dummy module.
 */
export async function ensureNodeNetwork(): Promise<void> {
  await ensureBridge(BRIDGES.node);
  await ip('address', 'replace', `${ADDRESSES.node}/32`, 'dev', BRIDGES.node);
  // A pod address that does not exist must not leave by the default route.
  await ip('route', 'replace', 'blackhole', ADDRESSES.pods);
  // No blackhole here: it would fail a connect() to a Service before kube-proxy's DNAT in the OUTPUT chain sees it.
  await ip('route', 'replace', ADDRESSES.serviceRoute, 'dev', BRIDGES.node);
  await keepPodsInside();
  await setForwarding(true);
}

/** Pods reach each other, the node and Services; for anything else they get "no route" instead of a packet on somebody's network. */
async function keepPodsInside(): Promise<void> {
  const { table, priority } = POD_ROUTES;
  await ensureBridge(BRIDGES.pods);
  await ip('route', 'replace', ADDRESSES.realPods, 'dev', BRIDGES.pods, 'table', String(table));
  await ip('route', 'replace', ADDRESSES.serviceRoute, 'dev', BRIDGES.node, 'table', String(table));
  await ip('route', 'replace', 'unreachable', 'default', 'table', String(table));
  await attempt('ip', ['rule', 'del', 'priority', String(priority)]);
  await ip('rule', 'add', 'from', ADDRESSES.cluster, 'lookup', String(table), 'priority', String(priority));
}

export async function removeNodeNetwork(): Promise<void> {
  const { table, priority } = POD_ROUTES;
  await attempt('ip', ['rule', 'del', 'priority', String(priority)]);
  await attempt('ip', ['route', 'flush', 'table', String(table)]);
  await attempt('ip', ['route', 'del', 'blackhole', ADDRESSES.pods]);
  for (const name of Object.values(BRIDGES)) {
    if (await linkExists(name)) await ip('link', 'del', name);
  }
}

type Table = { readonly name: string; readonly chains: readonly string[]; readonly rules: readonly string[] };

/** What `iptables-save` prints, table by table. */
function parseTables(saved: string): Table[] {
  return saved
    .split(/^\*/m)
    .slice(1)
    .map((block) => {
      const lines = block.split('\n');
      return {
        name: lines[0] ?? '',
        chains: lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1).split(' ')[0] ?? ''),
        rules: lines.filter((line) => line.startsWith('-A ')),
      };
    });
}

async function kubeTables(family: 'iptables' | 'ip6tables'): Promise<Table[]> {
  const saved = await attempt(`${family}-save`, []);
  return parseTables(saved.stdout).filter(({ chains }) => chains.some((chain) => KUBE_CHAIN.test(chain)));
}

/** Whether some Kubernetes has its chains on this machine. */
export async function hasKubeChains(): Promise<boolean> {
  return (await kubeTables('iptables')).length > 0;
}

/** The jump target of a rule, if that is a chain of Kubernetes. */
const leadsToKube = (rule: string): boolean => KUBE_CHAIN.test(/ -j (\S+)/.exec(rule)?.[1] ?? '');

const isOfKube = (rule: string): boolean => KUBE_CHAIN.test(rule.split(' ')[1] ?? '');

/** What `iptables-restore` has to be told to rid a table of Kubernetes. */
function removal({ name, chains, rules }: Table): string {
  const doomed = chains.filter((chain) => KUBE_CHAIN.test(chain));
  const lines = rules.filter((rule) => leadsToKube(rule) && !isOfKube(rule)).map((rule) => rule.replace(/^-A/, '-D'));
  // Chains refer to each other, so all are emptied before the first is deleted.
  return [
    `*${name}`,
    ...lines,
    ...doomed.map((chain) => `-F ${chain}`),
    ...doomed.map((chain) => `-X ${chain}`),
    'COMMIT\n',
  ].join('\n');
}

/** Deletes the chains of Kubernetes and the rules that lead into them, and leaves all others as they are. */
export async function removeKubeChains(): Promise<void> {
  for (const family of ['iptables', 'ip6tables'] as const) {
    const script = (await kubeTables(family)).map(removal).join('');
    if (script !== '') await run(`${family}-restore`, ['--noflush'], { input: script });
  }
}
