import type { Command } from './command.ts';

export type { Command, CommandCall, CommandFlag } from './command.ts';

const CONTAINER_FLAG = {
  flag: 'container',
  short: 'c',
  value: 'NAME',
  help: "the container (default: the pod's main one)",
} as const;
const YES_FLAG = { flag: 'yes', help: 'say yes beforehand' } as const;

/** Every command that is not a server; each is loaded when it is called. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'demo',
    summary: 'shows Fairlead at work on two practice clusters, and serves them over HTTP: no cluster needed',
    usage: '[--listen ADDRESS]',
    flags: [],
    run: async (call) => (await import('./demo.ts')).demo(call),
  },
  {
    name: 'practice',
    summary: 'serves a practice cluster for kubectl and everything else, until it is stopped',
    usage: '[WORLD] [--kubeconfig FILE] [--port PORT] [--rbac]',
    flags: [
      { flag: 'port', value: 'PORT', help: 'where it listens on 127.0.0.1 (default: one that is free)' },
      { flag: 'rbac', help: 'roles count (default: everybody who logs in may do everything)' },
    ],
    choices: ['shop', 'fleet', 'empty'],
    run: async (call) => (await import('./practice.ts')).practice(call),
  },
  {
    name: 'doctor',
    summary: 'says for each cluster what works, what is forbidden and how to mend it',
    usage: '[CLUSTER…]',
    flags: [],
    run: async (call) => (await import('./doctor.ts')).doctor(call),
  },
  {
    name: 'rbac',
    summary: 'prints the least rights that the enabled tools need, ready for kubectl apply -f -',
    usage: '[--namespace NAMES] [--kinds KINDS] [--name NAME] [--subject SUBJECT]',
    flags: [
      { flag: 'namespace', value: 'NAMES', help: 'Roles in these namespaces, by comma (default: a ClusterRole for all)' },
      { flag: 'kinds', value: 'KINDS', help: 'read these kinds too: secrets, widgets.example.com, *.example.com' },
      { flag: 'name', value: 'NAME', help: 'the name of the roles, bindings and service account (default: fairlead)' },
      {
        flag: 'subject',
        value: 'SUBJECT',
        help: 'who gets them: user:NAME, group:NAME, serviceaccount:NAMESPACE:NAME (default: a new service account)',
      },
    ],
    run: async (call) => (await import('./rbac.ts')).rbac(call),
  },
  {
    name: 'plan',
    summary: 'plans manifests and shows the diff, shows a plan that an agent has made, or lists those that wait',
    usage: '[-f PATH… | PLAN]',
    flags: [
      { flag: 'file', short: 'f', value: 'PATH', help: 'manifests: a file, a folder, or - for stdin; more paths may follow' },
      { flag: 'force', help: 'take over fields of other managers' },
      { flag: 'prune', value: 'SET', help: 'the name of a set: what it no longer holds is deleted' },
    ],
    run: async (call) => (await import('./changes/plan.ts')).plan(call),
  },
  {
    name: 'apply',
    summary: 'applies a plan, once you have looked at it and said yes',
    usage: 'PLAN [--yes]',
    flags: [YES_FLAG],
    run: async (call) => (await import('./changes/apply.ts')).apply(call),
  },
  {
    name: 'changes',
    summary: 'lists what was changed through Fairlead, or shows one change with its diff',
    usage: '[CHANGE]',
    flags: [{ flag: 'limit', value: 'NUMBER', help: 'at most so many (default: 20)' }],
    run: async (call) => (await import('./changes/changes.ts')).changes(call),
  },
  {
    name: 'undo',
    summary: 'plans what undoes a change, and applies it once you have said yes',
    usage: 'CHANGE [--yes]',
    flags: [YES_FLAG],
    run: async (call) => (await import('./changes/undo.ts')).undo(call),
  },
  {
    name: 'logs',
    summary: 'prints the logs of a pod, a workload, or what has certain labels',
    usage: '[POD | KIND/NAME | -l LABELS] [-f]',
    flags: [
      CONTAINER_FLAG,
      { flag: 'all-containers', help: 'of all containers' },
      { flag: 'selector', short: 'l', value: 'LABELS', help: 'of the pods with these labels' },
      { flag: 'follow', short: 'f', help: 'go on until Ctrl-C' },
      { flag: 'tail', value: 'LINES', help: 'the last so many lines (default: all; 10 with -l)' },
      { flag: 'since', value: 'DURATION', help: 'no older than this: 10m, 2h' },
      { flag: 'since-time', value: 'TIME', help: 'since then: 2026-01-31T12:00:00Z' },
      { flag: 'previous', short: 'p', help: 'of the instance before the last restart' },
      { flag: 'timestamps', help: 'with the time of each line' },
      { flag: 'prefix', help: 'with pod and container before each line (always so for several)' },
    ],
    run: async (call) => (await import('./pods/logs.ts')).logs(call),
  },
  {
    name: 'exec',
    summary: 'runs a command in a container; its exit code becomes that of fairlead',
    usage: 'POD | KIND/NAME [-it] -- COMMAND [ARGUMENT…]',
    flags: [
      CONTAINER_FLAG,
      { flag: 'stdin', short: 'i', help: 'passes stdin on' },
      { flag: 'tty', short: 't', help: 'as a terminal, together with -i' },
    ],
    run: async (call) => (await import('./pods/exec.ts')).exec(call),
  },
  {
    name: 'cp',
    summary: 'copies files and folders to and from a container that has tar',
    usage: '[NAMESPACE/]POD:PATH LOCAL | LOCAL [NAMESPACE/]POD:PATH',
    flags: [CONTAINER_FLAG],
    run: async (call) => (await import('./pods/cp.ts')).cp(call),
  },
  {
    name: 'port-forward',
    summary: 'opens ports on 127.0.0.1 that lead to a pod, Service or workload, until Ctrl-C',
    usage: 'POD | KIND/NAME [LOCAL:REMOTE…]',
    flags: [],
    run: async (call) => (await import('./pods/port-forward.ts')).portForward(call),
  },
  {
    name: 'tools',
    summary: 'lists the tools with what each costs an agent, and what is not offered and why',
    usage: '',
    flags: [],
    run: async (call) => (await import('./tools.ts')).tools(call),
  },
  {
    name: 'client-config',
    summary: 'prints what to paste into an MCP client; the flags given here are carried over',
    usage: 'CLIENT [--http URL]',
    flags: [{ flag: 'http', value: 'URL', help: 'for a server that is reached over HTTP: https://host/mcp' }],
    choices: ['claude', 'codex', 'gemini', 'opencode', 'vscode', 'cursor'],
    run: async (call) => (await import('./client-config.ts')).clientConfig(call),
  },
  {
    name: 'config',
    summary: 'shows what is in force and who said so, checks a configuration file, prints its JSON Schema',
    usage: '[show | check [FILE] | schema]',
    flags: [],
    choices: ['show', 'check', 'schema'],
    run: async (call) => (await import('../config/command.ts')).config(call),
  },
  {
    name: 'completion',
    summary: 'prints a completion script for a shell',
    usage: 'SHELL',
    flags: [],
    choices: ['bash', 'zsh', 'fish'],
    run: async (call) => (await import('./completion.ts')).completion(call),
  },
];

/** What every command knows. */
export const JSON_FLAG = { flag: 'json', help: 'the answer as JSON' } as const;
