import type * as Sdk from '@modelcontextprotocol/server';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

import { changed, leanSdk } from '../../scripts/lean-sdk.ts';
import { ROOT } from './tree.ts';

/** A program on the SDK, bundled as ours is. */
async function bundled(contents: string): Promise<string> {
  const stdin = { contents, resolveDir: ROOT };
  const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', platform: 'node', write: false, plugins: [leanSdk] });
  return outputFiles[0]?.text ?? '';
}

const SERVER = `import { Server } from '@modelcontextprotocol/server';`;

describe('the lean SDK', () => {
  it('has neither schemas that nobody uses nor AJV', async () => {
    const text = await bundled(`${SERVER} console.log(Server);`);
    expect(text).toContain('JSONRPCRequestSchema = ');
    expect(text).not.toMatch(/OAuthMetadataSchema = |Ajv2020/);
  });

  it('still tells what is of a type of the specification, where that is used', async () => {
    const text = await bundled(`import { isSpecType } from '@modelcontextprotocol/server'; export { isSpecType };`);
    const { isSpecType } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as typeof Sdk;
    expect(isSpecType.Tool({ name: 'kube_get', inputSchema: { type: 'object' } })).toBe(true);
    expect(isSpecType.Tool({ name: 'kube_get' })).toBe(false);
    expect(isSpecType.OAuthTokens({ access_token: 'a', token_type: 'Bearer' })).toBe(true);
  });

  it('says so where a server is made without a validator of its own', async () => {
    const text = await bundled(`${SERVER} export const make = () => new Server({ name: 'a', version: '1' });`);
    const { make } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { readonly make: () => unknown };
    expect(make).toThrow('give the server a jsonSchemaValidator');
  });

  it('is not built of an SDK that looks different', () => {
    expect(() => changed('schemas.mjs', 'export {};', [{ find: /^const/, replace: 'let' }])).toThrow(
      'schemas.mjs no longer has /^const/',
    );
  });
});
