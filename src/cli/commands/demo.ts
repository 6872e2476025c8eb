import { callTool } from '../../servers/mcp/index.ts';
import { openHouse, type House } from '../house.ts';
import { practised, startStages, type Stage } from '../practice.ts';
import { openHttp } from '../serve.ts';
import { loadSettings } from '../settings.ts';
import { toldToEnd } from '../told-to-end.ts';
import type { CommandCall } from './command.ts';

/** The same shop twice; what went wrong in production has not all been seen in staging. */
const STAGES: readonly Stage[] = [
  { name: 'shop-prod', world: 'shop' },
  { name: 'shop-staging', world: 'shop', incidents: ['missing-key'] },
];

/** What a newcomer would ask, and the call that an agent makes of it. */
const QUESTIONS = [
  { asked: 'Which clusters do we have, and how are they?', tool: 'kube_clusters', input: { probe: true } },
  {
    asked: 'Is anything wrong in the shop, on any cluster?',
    tool: 'kube_get',
    input: { kind: 'pods', namespace: 'shop', cluster: '*' },
  },
  {
    asked: 'Why is the new release of the checkout not rolled out?',
    tool: 'kube_describe',
    input: { kind: 'deployment', namespace: 'shop', name: 'checkout' },
  },
  {
    asked: 'And the mailer?',
    tool: 'kube_describe',
    input: { kind: 'deployment', namespace: 'shop', name: 'mailer', cluster: 'shop-staging' },
  },
  { asked: 'Which node is full, and of what?', tool: 'kube_top', input: { kind: 'nodes' } },
] as const;

/** Shows the product at work on two practice clusters, and serves them over HTTP until the process is told to end. */
export async function demo(call: CommandCall): Promise<number> {
  const ended = toldToEnd();
  const loaded = await loadSettings(call.flags, { ...call.env, FAIRLEAD_CONFIG: 'none' });
  const { clusters, stop } = await startStages(STAGES);
  let house: House | undefined;
  try {
    const { settings } = practised(loaded, clusters);
    house = openHouse(settings);
    const server = await openHttp(house, settings, call.version);
    const { terminal } = call;
    for (const question of QUESTIONS) terminal.say(...(await answered(question, house, call)));
    terminal.say(
      terminal.paint('strong', 'Ask it yourself'),
      '',
      `Two practice clusters, ${STAGES.map(({ name }) => name).join(' and ')}, are served at ${server.url} until this process ends:`,
      '',
      `  claude mcp add --transport http fairlead-demo ${server.url}`,
      `  codex mcp add fairlead-demo --url ${server.url}`,
      `  gemini mcp add --transport http fairlead-demo ${server.url}`,
      '',
      'Other clients: fairlead client-config CLIENT --http URL. Without a client: fairlead call --practice shop kube_get kind=pods namespace=shop',
    );
    await ended;
    await server.close();
  } finally {
    await house?.close();
    await stop();
  }
  return 0;
}

async function answered(
  { asked, tool, input }: (typeof QUESTIONS)[number],
  house: House,
  call: CommandCall,
): Promise<readonly string[]> {
  const used = house.tool(tool);
  const outcome = await callTool(used, input, house.contextFor(used, AbortSignal.timeout(30_000)), {
    ...house.callOptions,
    structured: false,
  });
  if ('question' in outcome) throw new Error(`${tool} only reads, and asks nobody`);
  const { terminal } = call;
  return [
    terminal.paint('strong', asked),
    terminal.paint('faint', `${tool} ${JSON.stringify(input)}`),
    '',
    'text' in outcome ? outcome.text : JSON.stringify(outcome.data, null, 2),
    '',
  ];
}
