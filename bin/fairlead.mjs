#!/usr/bin/env node
// Runs on any Node, however old: nothing here may be newer than dynamic import.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`fairlead needs Node 22.19 or newer (24 recommended); this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache?.();
await import('../dist/cli.js');
