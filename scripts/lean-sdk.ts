import { readFile } from 'node:fs/promises';

import type { Plugin } from 'esbuild';

/** A change of one of the SDK's files. Each pattern must be found: an SDK that looks different is not built by luck. */
interface Change {
  readonly find: RegExp;
  readonly replace: string;
}

/** The statement of a schema at the top of a module: everything inside of it is indented or closes a bracket. */
const SCHEMA = /^const (\w+) = ((?:z\.|\w+Schema\b|\w+\()[^]*?);\n(?=[^\s})\]]|\n)/gm;

/** Making a schema touches nothing else: one that nobody needs may be left out. */
const SCHEMAS: readonly Change[] = [{ find: SCHEMA, replace: 'const $1 = /* @__PURE__ */ (() => $2)();\n' }];

/** The lists of a validator for each type of the specification, which need all schemas: made if they are used at all. */
const SPEC_TYPES: readonly Change[] = [
  {
    find: /^for \(const key of SPEC_SCHEMA_KEYS\) .*\nfor \(const .* of Object\.entries\(authSchemas\)\) .*$/m,
    replace: 'const registerAll = () => {\n$&\n};',
  },
  {
    find: /^const (specTypeSchemas|isSpecType) = Object\.freeze\((\w+)\);$/gm,
    replace: 'const $1 = /* @__PURE__ */ (() => (registerAll(), Object.freeze({ ...$2 })))();',
  },
];

/** No server of ours is made without a validator of its own (servers/mcp/server.ts): the SDK's, and AJV, are not needed. */
const VALIDATOR = `export { default as process } from 'node:process';
export class DefaultJsonSchemaValidator {
  constructor() {
    throw new Error('This build has no AJV: give the server a jsonSchemaValidator');
  }
}`;

/**
 * Leaves out of the bundle what the MCP SDK makes at each start and Fairlead never uses. Nothing that is used changes:
 * what is marked here as free of effects, esbuild drops when nobody refers to it.
 */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(build) {
    const change = (filter: RegExp, changes: readonly Change[]): void =>
      build.onLoad({ filter }, async ({ path }) => ({
        contents: changed(path, await readFile(path, 'utf8'), changes),
        loader: 'js',
      }));
    change(/@modelcontextprotocol[\\/]core[\\/]dist[\\/](schemas|auth)-[\w-]+\.mjs$/, SCHEMAS);
    change(/@modelcontextprotocol[\\/]server[\\/]dist[\\/]src-[\w-]+\.mjs$/, SPEC_TYPES);
    build.onLoad({ filter: /@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/ }, () => ({
      contents: VALIDATOR,
      loader: 'js',
    }));
  },
};

/** A text with all of the changes. @throws Error when one of them finds nothing */
export function changed(path: string, text: string, changes: readonly Change[]): string {
  return changes.reduce((contents, { find, replace }) => {
    const result = contents.replace(find, replace);
    if (result === contents) throw new Error(`${path} no longer has ${String(find)}: look at scripts/lean-sdk.ts anew`);
    return result;
  }, text);
}
