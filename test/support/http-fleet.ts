import { createAudit, normalisePolicy, revealing, type PolicyOptions } from '../../src/access/index.ts';
import { createChanges, openChangeStore } from '../../src/changes/index.ts';
import { Fleet } from '../../src/fleet/index.ts';
import { contextsOver, toolsFor, type ServerParts } from '../../src/servers/mcp/index.ts';

export interface FleetParts extends Pick<ServerParts, 'tools' | 'contextFor' | 'onDefect'> {
  readonly release: () => Promise<void>;
}

/** What a server needs of the clusters of a kubeconfig. A defect of ours fails the test that met it. */
export function fleetParts(kubeconfig: string, context?: string, options: PolicyOptions = {}): FleetParts {
  const policy = normalisePolicy(options);
  const store = openChangeStore();
  const fleet = new Fleet({ kubeconfig, context, policy, audit: createAudit({ target: 'off' }), env: {} });
  return {
    tools: toolsFor(policy),
    contextFor: contextsOver(fleet, {
      openChanges: async (connect) => createChanges({ connect, policy, store }),
      reveal: () => revealing(policy),
    }),
    onDefect: (error) => {
      throw error;
    },
    release: async () => {
      await fleet.close();
      store.close();
    },
  };
}
