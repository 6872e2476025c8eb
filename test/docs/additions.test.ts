import { glob, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { BUILT_IN_KINDS } from '../../practice/kinds/index.ts';
import type { Look } from '../../src/access/redact/look.ts';
import { TOOLS } from '../../src/servers/mcp/index.ts';
import { startPracticeCluster, type PracticeCluster } from '../support/practice.ts';
import { ROOT } from './page.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/** Tokens of services, by their looks. */
const ROWS = '../../src/access/redact/looks-of-services.ts';

async function sourcesOf(pattern: string): Promise<readonly Source[]> {
  const paths = await Array.fromAsync(glob(pattern, { cwd: ROOT }));
  const own = paths.filter((path) => !/\.(?:test|fake)\.ts$|testing\.ts$/.test(path));
  return Promise.all(own.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })));
}

/** CONTRIBUTING.md says what one more of something takes; this walks all that there are, and finds nothing else. */
describe('one more', async () => {
  const sources = await sourcesOf('src/**/*.ts');
  const namesOf = (pattern: string | RegExp): readonly string[] =>
    sources.filter(({ text }) => text.search(pattern) !== -1).map(({ path }) => path);

  describe('tool takes a file and a line of the registry', () => {
    const registries = sources.filter(({ path }) => /mcp\/tools\/(?:change\/)?index\.ts$/.test(path));
    /** What speaks of tools to people and models, and would do without any of them. */
    const TELLING = new Set(['src/cli/commands/demo.ts', 'src/servers/mcp/prompts.ts', 'src/servers/mcp/resources.ts']);

    it.each(TOOLS.map(({ name }) => name))('%s', (name) => {
      const defined = namesOf(new RegExp(`^ +name: '${name}',$`, 'm'));
      expect(defined).toHaveLength(1);
      const [file = ''] = defined;
      expect(registries.filter(({ text }) => text.includes(`/${basename(file)}';`))).toHaveLength(1);
      const named = namesOf(`'${name}'`).filter((path) => !path.startsWith('src/servers/mcp/tools/'));
      expect(named.filter((path) => !TELLING.has(path))).toEqual([]);
    });
  });

  describe('way to log in takes a file and a line where one is chosen', () => {
    /** Where a kubeconfig's user, a provider that it names, and a pod's own account lead to a method. */
    const CHOOSING = new Set(['auth-provider.ts', 'from-user.ts', 'in-cluster.ts']);
    const methods = sources
      .filter(({ path }) => path.startsWith('src/kubernetes/credentials/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export function (\w+)\((?:(?!\n\})[^])*?\): (?:CredentialSource|Credentials) \{$/gm)].map(
          ([, name = '']) => ({
            path,
            name,
          }),
        ),
      )
      .filter(({ name }) => !['constant', 'fromUser', 'inCluster', 'together'].includes(name));

    it('is told of those that there are', () => {
      expect(methods.map(({ name }) => name)).toEqual(expect.arrayContaining(['execPlugin', 'oidc', 'staticToken']));
    });

    it.each(methods)('$name', ({ path, name }) => {
      const users = namesOf(new RegExp(`import (?:type )?\\{[^}]*\\b${name}\\b`)).filter((user) => user !== path);
      expect(users).not.toEqual([]);
      expect(users.map((user) => basename(user)).filter((user) => !CHOOSING.has(user))).toEqual([]);
    });
  });

  describe('secret that is known by its looks takes a row', () => {
    const WHAT = 'flt-tok1234567890abcdef';

    afterAll(() => vi.doUnmock(ROWS));

    it('which texts, objects and logs heed', async () => {
      vi.resetModules();
      const before = await import('../../src/access/index.ts');
      expect(before.redactText(WHAT)).toBe(WHAT);
      vi.resetModules();
      vi.doMock(ROWS, async (original) => {
        const rows = await original<{ readonly SERVICES: readonly Look[] }>();
        const added = { reason: 'of a test', hints: ['flt-tok'], finds: /flt-tok[a-z0-9]{16}/g };
        return { SERVICES: [...rows.SERVICES, added] };
      });
      const { redactObject, redactText } = await import('../../src/access/index.ts');
      const { redactedLines } = await import('../../src/access/redact/stream.ts');
      expect(redactText(`found ${WHAT}.`)).toBe('found <redacted>.');
      expect(redactObject({ spec: { containers: [{ args: ['--with', WHAT] }] } })).toEqual({
        spec: { containers: [{ args: ['--with', '<redacted>'] }] },
      });
      const lines = redactedLines();
      expect(lines.push(Buffer.from(`${WHAT}\n`))?.text).toBe('<redacted>\n');
    });
  });

  describe('kind of the practice cluster takes what was captured', () => {
    let cluster: PracticeCluster;
    beforeAll(async () => {
      cluster = await startPracticeCluster();
    });
    afterAll(async () => cluster.stop());

    const listed = BUILT_IN_KINDS.filter(({ verbs }) => verbs.includes('list'));
    it.each(listed.map((kind) => [`${kind.plural}.${kind.group}/${kind.version}`, kind] as const))('%s', async (_, kind) => {
      const { group, version, plural } = kind;
      const path = group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`;
      const { body } = await cluster.ask(`GET ${path}`, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
      expect(body).toMatchObject({
        kind: 'Table',
        columnDefinitions: expect.arrayContaining([expect.objectContaining({ name: 'Name' })]),
      });
    });
  });
});
