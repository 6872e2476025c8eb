import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A folder of its own for one client: it is its HOME, and the project in which it is started. */
export interface Place {
  readonly home: string;
  readonly project: string;
  /** Where a model is looked for that is none. */
  readonly model: string;
}

/** How one client is made to connect and to list the tools. */
export interface Driver {
  /** As `fairlead client-config` calls it. */
  readonly name: string;
  readonly title: string;
  /** On npm. */
  readonly package: string;
  readonly program: string;
  /** Why it is made to connect in this way. */
  readonly how: string;
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  /** What has to be settled before; after the server was added. */
  readonly prepare?: (place: Place, config: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The command lines that make it connect, in this order. */
  connect(place: Place): readonly (readonly string[])[];
}

/** No client has an account here, and none asks for one: the model that it would need answers on this machine, and refuses. */
const DUMMY = 'no-account';

export const DRIVERS: readonly Driver[] = [
  {
    name: 'claude',
    title: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    program: 'claude',
    how: '`claude mcp list` connects and lists the tools by itself',
    env: () => ({ DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }),
    connect: () => [['claude', 'mcp', 'list']],
  },
  {
    name: 'codex',
    title: 'Codex',
    package: '@openai/codex',
    program: 'codex',
    how: '`codex mcp list` only reads the configuration; `codex exec` lists the tools before it asks the model',
    connect: ({ model }) => [
      ['codex', 'mcp', 'list'],
      [
        'codex',
        'exec',
        '--skip-git-repo-check',
        '-c',
        'model="none"',
        '-c',
        'model_provider="none"',
        '-c',
        `model_providers.none={name="none",base_url="${model}/v1",wire_api="responses"}`,
        'hello',
      ],
    ],
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    package: '@google/gemini-cli',
    program: 'gemini',
    how: '`gemini mcp list` connects without listing; `gemini -p` lists the tools before it asks the model',
    env: ({ model }) => ({ GEMINI_API_KEY: DUMMY, GOOGLE_GEMINI_BASE_URL: model, GEMINI_TELEMETRY_ENABLED: 'false' }),
    // Servers are off in folders that nobody has said to trust, and the way to log in has to be chosen.
    prepare: ({ home }) =>
      merge(join(home, '.gemini', 'settings.json'), {
        security: { folderTrust: { enabled: false }, auth: { selectedType: 'gemini-api-key' } },
      }),
    connect: () => [
      ['gemini', 'mcp', 'list'],
      ['gemini', '-p', 'hello'],
    ],
  },
  {
    name: 'opencode',
    title: 'opencode',
    package: 'opencode-ai',
    program: 'opencode',
    how: '`opencode mcp list` connects and lists the tools by itself',
    env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: '1' }),
    prepare: ({ project }, config) => merge(join(project, 'opencode.json'), config),
    connect: () => [['opencode', 'mcp', 'list']],
  },
];

/** Adds to a JSON file, which need not be there. */
async function merge(file: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, unknown>,
    () => ({}),
  );
  await writeFile(file, JSON.stringify({ ...known, ...more }, null, 2));
}
