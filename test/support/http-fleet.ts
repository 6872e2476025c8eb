import { createAudit, normalisePolicy } from '../../src/access/index.ts';
import { Fleet } from '../../src/fleet/index.ts';
import { contextsOver, toolsFor, type ServerParts } from '../../src/servers/mcp/index.ts';

export interface FleetParts extends Pick<ServerParts, 'tools' | 'contextFor' | 'onDefect'> {
  readonly release: () => Promise<void>;
}

/** What a server needs of the clusters of a kubeconfig. A defect of ours fails the test that met it. */
export function fleetParts(kubeconfig: string, context?: string): FleetParts {
  const policy = normalisePolicy();
  const fleet = new Fleet({ kubeconfig, context, policy, audit: createAudit({ target: 'off' }), env: {} });
  return {
    tools: toolsFor(policy),
    contextFor: contextsOver(fleet),
    onDefect: (error) => {
      throw error;
    },
    release: () => fleet.close(),
  };
}
