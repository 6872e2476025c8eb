import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { config } from './command.ts';
import type { Shown } from './show.ts';
import { newFolder, type Folder } from './testing.fake.ts';

const CANARY = 'canary-51cc';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  words: readonly string[],
  flags: Readonly<Record<string, string | boolean>> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    say: (...lines: readonly string[]) => void out.push(...lines),
    note: (...lines: readonly string[]) => void err.push(...lines),
  };
  const code = await config({ words, flags, env, json: flags['json'] === true, terminal, home: folder.path });
  const plain = (lines: readonly string[]): string => lines.join('\n').replaceAll(`${folder.path}/`, '');
  return { code, out: plain(out), err: plain(err) };
}

const SECRETS = `clusters:
  - id: edge
    auth_method: oidc
    region: "\${PLACE}"
    api_server_url: https://h
    proxy_url: http://u:${CANARY}@proxy
    oidc: {issuer_url: "https://i", client_id: c, client_secret: ${CANARY}, id_token: "\${TOKEN}", refresh_token: ${CANARY}}
  - {id: b, auth_method: token, api_server_url: "https://h", token: ${CANARY}, qps: 5}
  - {id: c, auth_method: service_account, api_server_url: "https://h", service_account_token: "x${CANARY}"}
  - {id: d, auth_method: client_certificate, api_server_url: "https://h", tls_config: {cert_file: c.pem, key_pem: "${CANARY}"}}
deny_kinds: [secrets]
`;

describe('config show', () => {
  it('says what is in force and who said it', async () => {
    folder.write('timeout: 45s\ndeny_kinds: [secrets, pods/exec]\nchanges: plan\nclusters:\n  - {id: a, qps: 5, timeout: 1s}\n');
    const { code, out, err } = await run(['show'], { config: folder.file, qps: '9' }, { FAIRLEAD_LOG_LEVEL: 'info' });
    expect(code).toBe(0);
    const lines = out.split('\n').map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
    expect(lines[0]).toEqual(['Configuration file: fairlead.yaml']);
    expect(lines).toContainEqual(['timeout', '45s', 'fairlead.yaml:1:10']);
    expect(lines).toContainEqual(['deny_kinds', 'secrets,pods/exec', 'fairlead.yaml:2:13']);
    expect(lines).toContainEqual(['qps', '9', '--qps']);
    expect(lines).toContainEqual(['log_level', 'info', 'FAIRLEAD_LOG_LEVEL']);
    expect(lines).toContainEqual(['changes', 'plan', 'fairlead.yaml:3:10']);
    expect(lines).toContainEqual(['kubeconfig_contexts', 'false', 'default']);
    expect(lines).toContainEqual(['structured', 'false', 'default']);
    expect(lines).toContainEqual(['a: qps', '9', '--qps']);
    expect(lines).toContainEqual(['a: timeout', '1s', 'fairlead.yaml:5:30']);
    expect(err).toBe('');
  });

  it('works without a file', async () => {
    const { out } = await run([]);
    expect(out).toContain('No configuration file.');
    expect(out).toMatch(/^timeout +30s +default$/m);
  });

  it.each([{}, { json: true }])('shows no secret %j', async (flags) => {
    folder.write(SECRETS);
    const { code, out, err } = await run(['show'], { ...flags, config: folder.file }, { TOKEN: CANARY, PLACE: CANARY });
    expect(code).toBe(0);
    expect(out).toContain('(set)');
    // A variable may hold a secret wherever it stands.
    expect(out).toContain('${PLACE}');
    expect(out + err).not.toContain(CANARY);
    expect(out.split('(set)')).toHaveLength(8);
  });

  it('is data with --json', async () => {
    folder.write('timeout: 45s\n');
    const { out, err } = await run(['show'], { config: folder.file, json: true });
    const shown = JSON.parse(out) as Shown;
    expect(shown.settings.find(({ setting }) => setting === 'timeout')).toEqual({
      setting: 'timeout',
      value: '45s',
      from: { kind: 'file', name: 'timeout', place: 'fairlead.yaml:1:10' },
    });
    expect(shown).toMatchObject({ file: 'fairlead.yaml', clusters: [], notices: [] });
    expect(err).toBe('');
  });

  it('keeps control characters off the terminal', async () => {
    folder.write('clusters:\n  - {id: a, name: "x\\e[31m\\ny"}\n');
    const { out } = await run(['show'], { config: folder.file });
    expect(out).toContain('x [31m y');
  });
});

describe('config check', () => {
  it('finds a file right', async () => {
    folder.write(SECRETS);
    const { code, out, err } = await run(['check', folder.file], {}, { TOKEN: CANARY, PLACE: 'x' });
    expect([code, out]).toEqual([0, 'fairlead.yaml: valid']);
    expect(err).not.toContain(CANARY);
  });

  it('or says all that is wrong', async () => {
    folder.write('qsp: 1\nburst: x\n');
    const problems = [
      'fairlead.yaml:1:1: unknown key "qsp"; did you mean "qps"?',
      'fairlead.yaml:2:8: burst must be a number, not text',
    ];
    expect(await run(['check', folder.file])).toEqual({ code: 1, out: '', err: problems.join('\n') });
    const { code, out } = await run(['check', folder.file], { json: true });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ valid: false, problems });
  });

  it('takes the file that would be used', async () => {
    folder.write('qps: 1\n');
    expect(await run(['check'], {}, { FAIRLEAD_CONFIG: folder.file })).toMatchObject({ code: 0, out: 'fairlead.yaml: valid' });
    await expect(run(['check'])).rejects.toThrow('There is no configuration file to check.');
  });
});

describe('config', () => {
  it('prints the schema', async () => {
    expect(JSON.parse((await run(['schema'])).out)).toMatchObject({ title: 'fairlead.yaml', additionalProperties: false });
  });

  it.each([
    [['shwo'], 'There is no fairlead config "shwo"; did you mean "show"?'],
    [['show', 'x'], 'fairlead config show takes no "x".'],
    [['check', 'a', 'b'], 'fairlead config check takes no "b".'],
  ])('knows no %j', async (words, message) => {
    await expect(run(words)).rejects.toThrow(message);
  });
});
