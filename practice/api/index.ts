/** The API server of the practice cluster: its state, and the same over HTTPS. */
export { openStore, startApiServer, type ApiServer, type ApiServerOptions, type KubeconfigOptions } from './start.ts';
export { resourceName } from './state/registry.ts';
