import { systemClock, unlessAborted } from '../../platform/index.ts';
import { checkedPair } from './certificate.ts';
import type { AuthMaterial, CredentialSource } from './credentials.ts';
import { EXEC_VERSIONS, execInfo, parseExecCredential, type ExecCredential } from './exec-protocol.ts';
import type { PluginResult } from './exec-run.ts';
import { freshUntil } from './expiry.ts';
import { refusals } from './refusals.ts';
import { scrub, tailOf } from './scrub.ts';
import { loginError, userError, type Subject } from './subject.ts';
import { bearer } from './token.ts';
import type { ClusterInfo, CredentialOptions, ExecPlugin } from './user.ts';

interface Known {
  readonly material: AuthMaterial;
  /** When to ask the plugin again; never, when missing. */
  readonly freshUntil: number | undefined;
}

/**
 * Credentials from an exec plugin: run once for all who wait, kept until shortly before they end, dropped on a 401.
 * @throws UsageError when the plugin is one that cannot be run here: an old version of the protocol, or interactive
 */
export function execPlugin(
  plugin: ExecPlugin,
  cluster: ClusterInfo,
  subject: Subject,
  options: CredentialOptions = {},
): CredentialSource {
  const apiVersion = checkedVersion(plugin, subject);
  const clock = options.clock ?? systemClock;
  let known: Known | undefined;
  let running: Promise<AuthMaterial> | undefined;
  const refuse = refusals();

  const obtain = async (): Promise<AuthMaterial> => {
    const timeout = options.execTimeout ?? 60_000;
    const given = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
    const info = execInfo(apiVersion, plugin.provideClusterInfo ? cluster : undefined);
    const env = { ...(options.env ?? process.env), ...given, KUBERNETES_EXEC_INFO: info };
    // Most kubeconfigs have no plugin, and no start shall wait for node:child_process.
    const { runPlugin } = await import('./exec-run.ts');
    const result = await runPlugin({ command: plugin.command, args: plugin.args, env, timeout, clock });
    if (result.kind !== 'ended' || result.code !== 0) throw runError(result, plugin, subject, timeout);
    const credential = parseExecCredential(result.stdout, apiVersion);
    if (typeof credential === 'string') throw loginError(subject, `${called(plugin)} ran, but ${credential}`);
    const { expiresAt } = credential;
    known = {
      material: materialOf(credential, plugin, subject),
      freshUntil: expiresAt === undefined ? undefined : freshUntil(expiresAt, clock.now()),
    };
    return known.material;
  };

  return {
    current: (signal) => {
      if (known !== undefined && (known.freshUntil === undefined || clock.now() < known.freshUntil)) return known.material;
      running ??= obtain().finally(() => {
        running = undefined;
      });
      return unlessAborted(running, signal);
    },
    rejected: (material) => {
      const wasCurrent = known?.material === material;
      if (wasCurrent) known = undefined;
      return refuse(material, wasCurrent);
    },
  };
}

function checkedVersion(plugin: ExecPlugin, subject: Subject): string {
  const { apiVersion, interactiveMode } = plugin;
  if (apiVersion === undefined || !EXEC_VERSIONS.includes(apiVersion)) {
    const found = apiVersion === undefined ? 'has no apiVersion' : `speaks ${apiVersion}, which is no longer supported`;
    throw userError(
      subject,
      'exec.apiVersion',
      `${called(plugin)} ${found}`,
      `Use ${EXEC_VERSIONS.join(' or ')}; newer versions of the tool that wrote the kubeconfig do.`,
    );
  }
  if (interactiveMode === 'Always') {
    const advice = 'Log in with kubectl first and set interactiveMode to IfAvailable, or use a plugin that needs no terminal.';
    throw userError(subject, 'exec.interactiveMode', `${called(plugin)} needs a terminal, and there is none here`, advice);
  }
  if (interactiveMode !== undefined && interactiveMode !== 'Never' && interactiveMode !== 'IfAvailable') {
    throw userError(subject, 'exec.interactiveMode', 'interactiveMode should be Never, IfAvailable or Always');
  }
  return apiVersion;
}

function materialOf(credential: ExecCredential, plugin: ExecPlugin, subject: Subject): AuthMaterial {
  const { token, certificate } = credential;
  return {
    headers: token === undefined ? {} : bearer(token, subject, `the token that ${called(plugin)} gave`).headers,
    certificate: certificate && checkedPair(certificate.cert, certificate.key, subject),
  };
}

function called(plugin: ExecPlugin): string {
  return `the exec plugin "${plugin.command}"`;
}

function runError(result: PluginResult, plugin: ExecPlugin, subject: Subject, timeout: number): Error {
  const who = called(plugin);
  if (result.kind === 'not-started') {
    return result.code === 'ENOENT' ? missing(plugin, subject) : loginError(subject, `${who} cannot be started (${result.code})`);
  }
  if (result.kind === 'too-late') {
    const advice = 'It may be waiting for somebody to log in: run a kubectl command against this cluster once.';
    return loginError(subject, `${who} did not end within ${timeout / 1000} s${said(result.stderr, plugin)}`, { advice });
  }
  if (result.kind === 'too-much') return loginError(subject, `${who} printed more than 1 MiB`);
  const how = result.signal === null ? `failed with exit code ${result.code}` : `was ended by ${result.signal}`;
  return loginError(subject, `${who} ${how}${said(result.stderr, plugin)}`);
}

function missing(plugin: ExecPlugin, subject: Subject): Error {
  const hint = plugin.installHint === undefined ? '' : `${tailOf(scrub(plugin.installHint), 1000)} `;
  const path =
    'If it is installed, give its full path in the kubeconfig: the PATH of a server is often shorter than that of a shell.';
  return loginError(subject, `${called(plugin)} was not found`, { advice: `${hint}${path}` });
}

function said(stderr: string, plugin: ExecPlugin): string {
  const text = tailOf(scrub(stderr, secretsOf(plugin)), 500);
  return text === '' ? '' : `: ${text.replace(/[.\s]+$/, '')}`;
}

const SECRET_NAME = /key|secret|token|passw|pwd|passphrase|credential|assertion/i;

/** The arguments and variables that are secret by their names: programs like to repeat what they do not understand. */
function secretsOf(plugin: ExecPlugin): readonly string[] {
  const variables = plugin.env.filter(({ name }) => SECRET_NAME.test(name)).map(({ value }) => value);
  const flags = plugin.args.flatMap((arg, index) => {
    if (!arg.startsWith('-') || !SECRET_NAME.test(arg)) return [];
    const equals = arg.indexOf('=');
    return equals === -1 ? plugin.args.slice(index + 1, index + 2) : [arg.slice(equals + 1)];
  });
  return [...variables, ...flags].flatMap((secret) => [secret, encodeURIComponent(secret)]);
}
