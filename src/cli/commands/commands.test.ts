import { spawnSync } from 'node:child_process';

import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { runCli } from '../../../test/support/command.ts';
import { normalisePolicy } from '../../access/index.ts';
import { TOOLS, toolsFor } from '../../servers/mcp/index.ts';
import { SETTINGS } from '../settings.ts';
import { toToml } from './client-config-clients.ts';
import { commandFlags, commandHelp } from './dispatch.ts';
import { COMMANDS } from './index.ts';

describe('the commands', () => {
  it('are these', () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual([
      'demo',
      'practice',
      'doctor',
      'rbac',
      'plan',
      'apply',
      'changes',
      'undo',
      'logs',
      'exec',
      'cp',
      'port-forward',
      'tools',
      'client-config',
      'config',
      'completion',
    ]);
    for (const { name, summary } of COMMANDS)
      expect(commandHelp()).toMatch(new RegExp(`fairlead ${name}\\b[^\\n]*\n +${summary}`));
  });

  it('have no flag that means two things', () => {
    const settings = new Set<string>(SETTINGS.map(({ flag }) => flag));
    expect(commandFlags().filter(({ flag }) => settings.has(flag))).toEqual([]);
  });

  it('refuse the flags of others, and settings that cannot be meant', async () => {
    await expect(runCli(['tools', '--kinds', 'secrets'])).rejects.toThrow('fairlead tools has no flag --kinds.');
    await expect(runCli(['tools', '--qps', '0'])).rejects.toThrow('--qps');
  });
});

describe('fairlead demo', () => {
  const servers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

  it('leaves nothing running that would keep the process when it cannot begin', async () => {
    const before = servers();
    await expect(runCli(['demo', '--qps', '0'])).rejects.toThrow('--qps');
    expect(servers()).toBe(before);
  });
});

describe('fairlead rbac', () => {
  it('says the same as YAML and as JSON', async () => {
    const flags = ['rbac', '--kinds', 'secrets,*.example.com', '--namespace', 'a,b', '--name', 'agent.x'];
    const yaml = loadAll((await runCli(flags)).stdout, { schema: CORE_SCHEMA });
    const { items } = JSON.parse((await runCli([...flags, '--json'])).stdout) as { items: { kind: string }[] };
    expect(yaml).toEqual(items);
    expect(items.map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'Role',
      'RoleBinding',
    ]);
  });

  it('keeps to the policy', async () => {
    const { stdout } = await runCli([
      'rbac',
      '--deny-kinds',
      'configmaps,pods/log,*.metrics.k8s.io',
      '--allow-operations',
      'get',
    ]);
    expect(stdout).not.toMatch(/configmaps|pods\/log|metrics|\blist\b.*\]/);
    const narrow = (
      await runCli(['rbac', '--allow-kinds', 'pods,secrets', '--allow-namespaces', 'a,b', '--deny-namespaces', 'b*'])
    ).stdout;
    expect(narrow).toMatch(/^# Role a\/fairlead$/m);
    expect(narrow).not.toMatch(/Role b\//);
    expect([...narrow.matchAll(/resources: \[(.*)\]/g)].map(([, resources]) => resources)).toEqual([
      'pods',
      'secrets',
      'pods/log',
      'pods',
    ]);
  });

  it('says what RBAC cannot', async () => {
    const { stdout } = await runCli(['rbac', '--allow-namespaces', 'team-*', '--deny-namespaces', 'kube-system']);
    expect(stdout).toContain('RBAC knows no patterns: team-*');
    expect(stdout).toContain('RBAC cannot take away: kube-system');
  });

  it('binds whom it is told to', async () => {
    const subjects = async (subject: string): Promise<unknown> => {
      const { items } = JSON.parse((await runCli(['rbac', '--subject', subject, '--json'])).stdout) as {
        items: { subjects?: unknown }[];
      };
      return items.find((item) => item.subjects !== undefined)?.subjects;
    };
    const apiGroup = 'rbac.authorization.k8s.io';
    expect(await subjects('user:amy@example.com')).toEqual([{ apiGroup, kind: 'User', name: 'amy@example.com' }]);
    expect(await subjects('group:devs')).toEqual([{ apiGroup, kind: 'Group', name: 'devs' }]);
    expect(await subjects('serviceaccount:ops:bot')).toEqual([{ kind: 'ServiceAccount', name: 'bot', namespace: 'ops' }]);
    await expect(subjects('amy')).rejects.toThrow('--subject cannot be "amy"');
  });

  it.each([
    [['--namespace', 'team-*'], '--namespace cannot be "team-*"'],
    [['--namespace', 'a', '--allow-namespaces', 'b'], 'The policy allows none of the namespaces a.'],
    [['--name', 'Fair Lead'], '--name cannot be "Fair Lead"'],
  ])('refuses %j', async (flags, message) => {
    await expect(runCli(['rbac', ...flags])).rejects.toThrow(message);
  });
});

describe('fairlead tools', () => {
  it('adds up what the tools cost', async () => {
    const { tools, tokens } = JSON.parse((await runCli(['tools', '--json'])).stdout) as {
      tools: { name: string; tokens: number }[];
      tokens: number;
    };
    expect(tools.map(({ name }) => name)).toEqual(toolsFor(normalisePolicy()).map(({ name }) => name));
    expect(tools.reduce((sum, tool) => sum + tool.tokens, 0)).toBe(tokens);
    expect(tokens).toBeGreaterThan(500);
    expect((await runCli(['tools'])).stdout).toMatch(
      /^\d+ tools: about [\d,]+ tokens of every session\. \d+ tools not offered\.\n\nTOOL +TOOLSET +EFFECT +TOKENS/,
    );
  });

  it('says what is not offered and why', async () => {
    const { stdout } = await runCli(['tools', '--allow-operations', 'watch']);
    expect(stdout).toMatch(/^No tools\. \d+ tools not offered\./);
    expect(stdout).toMatch(/^kube_exec +exec +change +it needs exec, which --allow-operations does not name$/m);
    expect(stdout).toMatch(/^kube_get +core +read +it takes get, and --allow-operations names watch$/m);
  });
});

describe('fairlead client-config', () => {
  const config = async (...argv: readonly string[]) => (await runCli(['client-config', ...argv])).stdout;

  it('carries the flags over, and makes paths absolute', async () => {
    const { argv, config } = JSON.parse(
      (await runCli(['client-config', 'claude', '--dry-run', '--kubeconfig', '/a:~/b', '--context', "it's", '--json'])).stdout,
    ) as { argv: string[]; config: unknown };
    const args = ['-y', 'fairlead', '--kubeconfig', '/a:~/b', '--context', "it's", '--dry-run'];
    expect(argv).toEqual(['claude', 'mcp', 'add', 'fairlead', '--', 'npx', ...args]);
    expect(config).toEqual({ mcpServers: { fairlead: { command: 'npx', args } } });
    expect(JSON.stringify(JSON.parse((await runCli(['client-config', 'cursor', '--audit', 'x', '--json'])).stdout))).toContain(
      `"--audit","${process.cwd()}/x"`,
    );
  });

  it.each([
    ['codex', '[mcp_servers.fairlead]\ncommand = "npx"\nargs = ["-y","fairlead"]\n'],
    ['gemini', 'gemini mcp add -s user fairlead npx -- -y fairlead\n'],
    ['opencode', '"type": "local"'],
    ['vscode', `code --add-mcp '{"name":"fairlead","type":"stdio","command":"npx","args":["-y","fairlead"]}'\n`],
  ])('tells %s what it wants', async (client, text) => {
    expect(await config(client)).toContain(text);
  });

  it.each([
    ['claude', 'claude mcp add --transport http fairlead http://h/mcp\n'],
    ['codex', 'url = "http://h/mcp"\n'],
    ['gemini', '"httpUrl": "http://h/mcp"'],
    ['opencode', '"type": "remote"'],
    ['vscode', '"type": "http"'],
    ['cursor', '"url": "http://h/mcp"'],
  ])('tells %s of an address', async (client, text) => {
    expect(await config(client, '--http', 'http://h/mcp')).toContain(text);
  });

  it('says what a desktop would not see', async () => {
    const { stderr } = await runCli(['client-config', 'cursor'], { KUBECONFIG: '/k' });
    expect(stderr).toContain('--kubeconfig /k');
  });

  it.each([
    [['cursr'], 'No client "cursr"; did you mean "cursor"?'],
    [[], 'takes the name of one client'],
    [['claude', '--http', 'host'], '--http cannot be "host"'],
  ])('refuses %j', async (words, message) => {
    await expect(config(...words)).rejects.toThrow(message);
  });

  it('writes tables as TOML', () => {
    expect(toToml({ a: { b: { c: 'x"y', d: ['1'] } } })).toBe('[a.b]\nc = "x\\"y"\nd = ["1"]');
  });
});

describe('fairlead completion', () => {
  it.each(['bash', 'zsh', 'fish'])('names every command, setting and tool to %s', async (shell) => {
    const { stdout } = await runCli(['completion', shell]);
    for (const { name } of [...COMMANDS, ...TOOLS]) expect(stdout).toContain(name);
    for (const { flag } of [...SETTINGS, ...commandFlags()]) expect(stdout).toContain(flag);
  });

  it('refuses other shells', async () => {
    await expect(runCli(['completion', 'fsh'])).rejects.toThrow('No completion for "fsh"; did you mean');
    await expect(runCli(['completion'])).rejects.toThrow('takes the name of a shell');
  });

  it.skipIf(spawnSync('bash', ['--version']).status !== 0).each([
    [['fairlead', 'do'], ['doctor']],
    [['fairlead', 'call', 'kube_des'], ['kube_describe']],
    [['fairlead', '--context', 'x', 'rbac', '--ki'], ['--kinds']],
    [
      ['fairlead', 'client-config', 'c'],
      ['claude', 'codex', 'cursor'],
    ],
    [
      ['fairlead', '--log-level', ''],
      ['debug', 'info', 'warn', 'error'],
    ],
    [['fairlead', '--namespace', 'doctor', 'comp'], ['completion']],
  ])('completes %j in bash', async (words, expected) => {
    const { stdout } = await runCli(['completion', 'bash']);
    const ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fairlead; printf "%s\\n" "${COMPREPLY[@]}"';
    const ran = spawnSync('bash', ['-c', `${stdout}\n${ask}`, 'bash', ...words], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.stdout.trim().split('\n')).toEqual(expected);
  });
});
