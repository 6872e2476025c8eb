import { describe, expect, it } from 'vitest';

import { normalisePolicy } from '../access/index.ts';
import { DEFAULT_TOKENS, MAX_TOKENS, MIN_TOKENS } from '../answers/index.ts';
import { TOOLS } from '../servers/mcp/index.ts';
import { readCommandLine } from './arguments.ts';
import { commandFlags } from './commands/dispatch.ts';
import { helpText } from './help.ts';
import type { Setting } from './settings/types.ts';
import { loadSettings, readSettings, SETTINGS } from './settings.ts';

const settings = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => readSettings(readCommandLine(argv).flags, env);

describe('settings', () => {
  it('are read-only and unlimited when nothing is said', () => {
    expect(settings([])).toEqual({
      fleet: {
        kubeconfig: undefined,
        context: undefined,
        namespace: undefined,
        transport: {},
        clusters: undefined,
        discover: true,
      },
      policy: {
        mode: undefined,
        dryRun: false,
        allowedOperations: undefined,
        namespaces: { allow: undefined, deny: undefined },
        kinds: { allow: undefined, deny: undefined },
        changes: { rules: undefined, protectedNamespaces: undefined, maxObjects: undefined },
        settingNames: {
          mode: '--changes',
          dryRun: '--dry-run',
          allowedOperations: '--allow-operations',
          'namespaces.allow': '--allow-namespaces',
          'namespaces.deny': '--deny-namespaces',
          'kinds.allow': '--allow-kinds',
          'kinds.deny': '--deny-kinds',
        },
      },
      audit: { target: 'off', commands: true },
      structured: false,
      journalKeyFile: undefined,
      patience: 600_000,
      logLevel: 'warn',
      allowPaths: [],
      toolsets: undefined,
      budget: { defaultMaxTokens: undefined },
      http: {
        listen: { host: '127.0.0.1', port: 8484 },
        allowHosts: [],
        allowOrigins: [],
        sessionTimeout: 1_800_000,
        maxBodyBytes: 4_194_304,
      },
    });
  });

  it('come from flags before the environment', () => {
    const env = {
      NAMESPACE: 'from-env',
      FAIRLEAD_DENY_KINDS: 'secrets, pods/exec',
      FAIRLEAD_AUDIT: '-',
      FAIRLEAD_DRY_RUN: 'true',
    };
    const read = settings(['--namespace', '007', '--timeout=1m30s', '--qps', '5', '--structured', '--audit', '/tmp/audit'], env);
    expect(read.fleet).toMatchObject({ namespace: '007', transport: { deadline: 90_000, qps: 5 } });
    expect(read.policy).toMatchObject({
      dryRun: true,
      kinds: { deny: ['secrets', 'pods/exec'] },
      settingNames: { dryRun: 'FAIRLEAD_DRY_RUN', 'kinds.deny': 'FAIRLEAD_DENY_KINDS', 'kinds.allow': '--allow-kinds' },
    });
    expect(read).toMatchObject({ audit: { target: { file: '/tmp/audit' } }, structured: true });
  });

  it('can be turned back by a flag', () => {
    const env = { FAIRLEAD_DRY_RUN: '1', FAIRLEAD_STRUCTURED: 'on', FAIRLEAD_AUDIT: '/x' };
    expect(settings(['--dry-run=false', '--structured=no', '--audit', 'off'], env)).toMatchObject({
      policy: { dryRun: false },
      structured: false,
      audit: { target: 'off' },
    });
  });

  it('mean nothing when they are empty', () => {
    expect(settings(['--context='], { FAIRLEAD_QPS: '', FAIRLEAD_CONTEXT: 'c' }).fleet).toMatchObject({
      context: 'c',
      transport: {},
    });
  });

  it.each([
    [['--read-onli'], {}, 'There is no flag --read-onli.'],
    [['--constructor'], {}, 'There is no flag --constructor.'],
    [['--kubconfig', 'x'], {}, 'There is no flag --kubconfig; did you mean "kubeconfig"'],
    [['--context'], {}, '--context needs a value.'],
    [['--deny-kinds', '--dry-run'], {}, '--deny-kinds needs a value.'],
    [['--qps', '-1'], {}, '--qps is a number above 0, not "-1".'],
    [['--burst', '1.5'], {}, '--burst is a whole number from 1 to 100000, not "1.5".'],
    [['--timeout', 'soon'], {}, '--timeout is a duration such as 30s or 1m, at most 24d, not "soon".'],
    [['--timeout', '0s'], {}, '--timeout is a duration'],
    [['--timeout', '25d'], {}, '--timeout is a duration'],
    [['--log-level', 'warning'], {}, '--log-level cannot be "warning"; did you mean "warn"? Possible: debug, info, warn, error.'],
    [['--changes', 'plann'], {}, '--changes cannot be "plann"; did you mean "plan"?'],
    [['--toolsets', 'cor'], {}, '--toolsets cannot be "cor"; did you mean "core"?'],
    [['--allow-kinds', ','], {}, '--allow-kinds names nothing'],
    [['--namespace', 'A_b'], {}, '--namespace is the name of a namespace'],
    [['--default-max-tokens', '5'], {}, '--default-max-tokens is a whole number from 200 to 20000'],
    [['--listen', '8080'], {}, '--listen is host:port'],
    [['--listen', 'localhost:65536'], {}, '--listen is host:port'],
    [[], { FAIRLEAD_DRY_RUN: 'maybe' }, 'FAIRLEAD_DRY_RUN is true or false, not "maybe".'],
    [[], { FAIRLEAD_ALLOW_OPERATIONS: 'gett' }, 'FAIRLEAD_ALLOW_OPERATIONS cannot be "gett"; did you mean "get"'],
    [['--allow-kinds', 'pods', '--deny-kinds', 'pods'], {}, '"pods" is in --allow-kinds and in --deny-kinds.'],
  ])('refuse %j %j', (argv, env, message) => {
    expect(() => settings(argv, env)).toThrow(message);
  });

  it.each([
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['[::1]:8484', '::1', 8484],
    ['localhost:0', 'localhost', 0],
  ])('take the address %s apart', (text, host, port) => {
    expect(settings(['--listen', text]).http.listen).toEqual({ host, port });
  });
});

describe('the environment', () => {
  it.each([
    [{ FAIRLEAD_ALOW_NAMESPACES: 'x' }, 'FAIRLEAD_ALOW_NAMESPACES; did you mean "FAIRLEAD_ALLOW_NAMESPACES"'],
    [{ FAIRLEAD_NAMESPACE: 'x' }, 'FAIRLEAD_NAMESPACE; did you mean "NAMESPACE"'],
    [{ FAIRLEAD_DENY_KIND: 'x' }, 'FAIRLEAD_DENY_KIND; did you mean "FAIRLEAD_DENY_KINDS"'],
  ])('with a slip is refused: %j', (env, message) => {
    expect(() => settings([], env)).toThrow(message);
  });

  it('holds more than our settings', () => {
    const env = {
      FAIRLEAD_SERVICE_HOST: '10.0.0.1',
      FAIRLEAD_SERVICE_PORT: '80',
      FAIRLEAD_PORT: 'tcp://10.0.0.1:80',
      FAIRLEAD_PORT_80_TCP_ADDR: '10.0.0.1',
      FAIRLEAD_HTTP_SERVICE_PORT_HTTP: '80',
      FAIRLEAD_TEST_KUBECONFIG: 'x',
      FAIRLEAD_VERSION: '1',
      FAIRLEAD_SOMETHING_ELSE: 'x',
      FAIRLEAD_QSP: '',
    };
    expect(settings([], env)).toEqual(settings([]));
  });
});

describe('changes', () => {
  const mode = async (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const { settings: read, notices } = await loadSettings(readCommandLine(['--config', 'none', ...argv]).flags, env);
    return [read.policy.mode, read.policy.allowedOperations, notices];
  };

  it.each([
    [[], {}, undefined],
    [['--changes', 'plan'], {}, 'plan'],
    [['--enable-mutations'], {}, 'plan'],
    [['--changes', 'direct', '--enable-mutations'], {}, 'direct'],
    [['--changes', 'plan'], { FAIRLEAD_ENABLE_MUTATIONS: 'false' }, 'plan'],
    [['--changes', 'read-only', '--enable-mutations=false'], {}, 'read-only'],
  ])('go as far as somebody said: %j %j', async (argv, env, said) => {
    expect(await mode(argv, env)).toEqual([said, undefined, []]);
  });

  it('keep to the operations that are allowed', async () => {
    const operations = ['get', 'delete', 'secrets', 'exec'];
    expect(await mode(['--changes', 'plan', '--allow-operations', operations.join()])).toEqual(['plan', operations, []]);
    await expect(mode(['--allow-operations', 'delete'])).rejects.toThrow('which the mode read-only does not allow');
  });

  it('that contradict each other are refused', async () => {
    await expect(mode(['--changes', 'plan', '--enable-mutations=false'])).rejects.toThrow(
      '--changes is plan, and --enable-mutations is false: they contradict each other.',
    );
  });
});

describe('folders for copies', () => {
  it('are named from the root, wherever the program is started', () => {
    expect(settings(['--allow-paths', '/srv/copies,/tmp']).allowPaths).toEqual(['/srv/copies', '/tmp']);
    expect(() => settings(['--allow-paths', 'copies'])).toThrow('--allow-paths cannot hold "copies": it is no absolute path.');
  });
});

describe('a command line', () => {
  const line = (...argv: readonly string[]) => readCommandLine(argv, commandFlags);

  it('has letters that mean what the command means by them, wherever they stand', () => {
    expect(line('logs', '-f', 'web', '-n', 'shop').flags).toEqual({ follow: true, namespace: 'shop' });
    expect(line('-n', 'shop', 'logs', 'web', '-pf').words).toEqual(['logs', 'web']);
    expect(line('plan', '-f', 'web').flags).toEqual({ file: 'web' });
  });

  it('tells what stands behind --, whatever it looks like', () => {
    expect(line('exec', 'web', '--', 'ls', '-f', '--', '-n')).toMatchObject({
      words: ['exec', 'web', 'ls', '-f', '--', '-n'],
      behind: ['ls', '-f', '--', '-n'],
      flags: {},
    });
    expect(line('exec', 'web').behind).toBeUndefined();
  });
});

describe('the table of settings', () => {
  const rows: readonly Setting[] = SETTINGS;

  it('names each flag, variable and key once, and the key after the flag', () => {
    for (const part of ['flag', 'env', 'key'] as const) {
      const names = rows.map((row) => row[part]).filter((name) => name !== undefined);
      expect(new Set(names).size).toBe(names.length);
    }
    const others = rows.filter((row) => row.key !== undefined && row.key !== row.flag.replaceAll('-', '_'));
    expect(others.map((row) => `${row.flag}: ${row.key}`)).toEqual([
      'context: default_cluster',
      'namespace: default_namespace',
      'listen: http.listen',
      'allow-hosts: http.allow_hosts',
      'allow-origins: http.allow_origins',
      'session-timeout: http.session_timeout',
      'max-body-bytes: http.max_body_bytes',
    ]);
  });

  it('stands in the help', () => {
    const help = helpText('1');
    for (const row of rows) expect(help).toContain(` --${row.flag} `);
    for (const row of rows) expect(help).toContain(`[${row.env}]`);
  });

  it('agrees with the rooms that the settings are for', () => {
    const operations = rows.find((row) => row.flag === 'allow-operations');
    if (operations?.type !== 'list') throw new Error('no list');
    for (const operation of operations.items ?? []) normalisePolicy({ mode: 'direct', allowedOperations: [operation] });
    expect(rows.find((row) => row.flag === 'default-max-tokens')).toMatchObject({
      least: MIN_TOKENS,
      most: MAX_TOKENS,
      default: String(DEFAULT_TOKENS),
    });
    const toolsets = rows.find((row) => row.flag === 'toolsets');
    expect(toolsets).toMatchObject({ items: [...new Set(TOOLS.map((tool) => tool.toolset))] });
  });
});
