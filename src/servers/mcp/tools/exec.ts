import { execute } from '../../../operations/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { execNeeds } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { execAnswer } from './exec-answer.ts';
import { oneNamespace } from './place-of.ts';

/** Seconds. */
const TIMEOUT = 30;

export const execTool = defineTool({
  name: 'kube_exec',
  title: 'Run a command in a pod',
  description:
    'Run a command in a running container (exec, shell): exit code, stdout and stderr apart. No shell in between; for one say ["sh","-c","…"].',
  arguments: {
    name: { ...SHARED.name, description: 'pod', required: true },
    command: { type: 'string[]', description: 'program and arguments, a word each', required: true, maxLength: 32_768 },
    container: { type: 'string', maxLength: 253, description: "default: the pod's main one" },
    stdin: { type: 'string', maxLength: 65_536, description: 'input of the command' },
    timeout: { type: 'integer', minimum: 1, maximum: 600, default: TIMEOUT, description: 'seconds' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'change',
  toolset: 'exec',
  permission: 'exec',
  needs: execNeeds('commands in containers'),
  long: true,
  async run(input, context) {
    const [program = ''] = input.command;
    if (program.trim() === '' || (input.command.length === 1 && /\s/.test(program))) throw noWords(program);
    const connection = await context.connect(input.cluster);
    const namespace = oneNamespace('kube_exec', input.namespace, connection, context);
    const seconds = input.timeout ?? TIMEOUT;
    const done = await execute(connection, {
      namespace,
      pod: input.name,
      container: input.container,
      command: input.command,
      stdin: input.stdin,
      timeout: seconds * 1_000,
      onBytes: (bytes) => context.progress?.(`${bytes} bytes of output`, bytes),
    });
    return execAnswer(done, { cluster: connection.cluster, namespace, pod: input.name, seconds });
  },
});

function noWords(program: string): UsageError {
  const words = program
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  return new UsageError(`kube_exec: argument "command" is a list of words, not ${quoted(program, 80)}.`, {
    code: 'invalid-argument',
    field: 'command',
    advice: `Write ${JSON.stringify(words.length > 1 ? words : ['ls', '-l'])}, or for a shell ${JSON.stringify(['sh', '-c', program.trim() || '…'])}.`,
  });
}
