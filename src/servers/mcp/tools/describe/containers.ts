import { oneLine } from '../../../../answers/index.ts';
import type { ContainerFacts, Description, EnvSource } from '../../../../operations/describe/index.ts';
import { ago, list } from './words.ts';

/** Keys, variables and ports that are named at most. */
const NAMED = 6;

/** A line for each container: what became of it, what it runs, what it may take, how it is asked whether it is well. */
export function sayContainers(containers: readonly ContainerFacts[], _description: Description, now: number): string[] {
  return containers.map((container) => {
    const role = container.role === 'app' ? 'container' : container.role === 'init' ? 'init container' : container.role;
    return `${role} ${container.name}: ${list([
      stateOf(container, now),
      `image ${oneLine(container.image)}`,
      amounts('requests', container.requests),
      amounts('limits', container.limits) || (Object.keys(container.requests).length > 0 && 'no limits'),
      container.ports.length > 0 && `ports ${first(container.ports)}`,
      ...Object.entries(container.probes).map(([name, probe]) => `${name} ${probe}`),
      container.env.length > 0 && `env ${first(container.env)}`,
      ...container.envFrom.map(source),
    ])}`;
  });
}

function stateOf({ state, stateSince, ready, restarts, last, lastAt }: ContainerFacts, now: number): string | undefined {
  if (state === undefined) return undefined;
  const since =
    stateSince === undefined ? '' : ` ${state === 'running' ? ago(stateSince, now).replace(/ ago$/, '') : ago(stateSince, now)}`;
  return list([
    `${state}${since}`,
    ready === false && state === 'running' && 'not ready',
    restarts !== undefined && restarts > 0 && `restarts ${restarts}`,
    last !== undefined && `last ended: ${last}${lastAt === undefined ? '' : ` ${ago(lastAt, now)}`}`,
  ]);
}

/** `requests 100m/128Mi` for cpu and memory, others by name. */
function amounts(label: string, values: Readonly<Record<string, string>>): string {
  const { cpu, memory, ...others } = values;
  if (cpu === undefined && memory === undefined && Object.keys(others).length === 0) return '';
  const usual = cpu === undefined && memory === undefined ? '' : `${cpu ?? '–'}/${memory ?? '–'}`;
  return list(
    [`${label}${usual === '' ? '' : ` ${usual}`}`, ...Object.entries(others).map(([name, amount]) => `${name} ${amount}`)],
    ' ',
  );
}

/** `env from ConfigMap checkout-env (no key PAYMENT_URL)`. */
function source({ kind, name, keys, missing, optional }: EnvSource): string {
  const which = keys === undefined ? '' : `: ${first(keys)}`;
  const lacks = missing === undefined ? '' : missing.includes('*') ? ' (does not exist)' : ` (no key ${missing.join(', ')})`;
  return `env from ${kind} ${name}${which}${optional ? ' (optional)' : ''}${lacks}`;
}

function first(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(' ');
  return names.length <= NAMED ? shown : `${shown} and ${names.length - NAMED} more`;
}
