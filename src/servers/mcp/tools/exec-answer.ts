import {
  blocks,
  count,
  cutBytes,
  fence,
  FENCE_TOKENS,
  fenceMark,
  oneLine,
  thousands,
  type Answer,
} from '../../../answers/index.ts';
import type { Captured, ExecDone } from '../../../operations/index.ts';
import { shortDuration } from '../../../platform/index.ts';

export interface ExecScene {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** The time that it was given. */
  readonly seconds: number;
}

/** The exit code first, then both outputs, each between fences of its own. */
export function execAnswer(done: ExecDone, scene: ExecScene): Answer {
  const { stdout, stderr } = done;
  return {
    isError: done.exitCode === undefined,
    text(budget) {
      const said = budget.spend(headOf(done, scene));
      const mark = fenceMark();
      const outputs = [
        { name: 'stdout', captured: stdout },
        { name: 'stderr', captured: stderr },
      ].filter(({ captured }) => captured.bytes > 0);
      if (outputs.length === 0) return blocks(said, 'No output.');
      const release = budget.reserve(outputs.length * (FENCE_TOKENS + 15));
      let room = budget.leftBytes;
      release();
      // What stderr says is short as a rule, and stdout may have what it leaves.
      const shown = new Map<string, string>();
      for (const [index, { name, captured }] of outputs.toReversed().entries()) {
        const text = shortened(captured, index === outputs.length - 1 ? room : Math.floor(room / 2));
        room -= Buffer.byteLength(text);
        shown.set(name, text);
      }
      return blocks(
        said,
        ...outputs.map(({ name, captured }) =>
          fence(shown.get(name) ?? '', { mark, what: `${name}, ${count(captured.bytes, 'byte')}` }),
        ),
      );
    },
    data(budget) {
      const half = Math.max(200, Math.floor(budget.leftBytes / 2) - 200);
      return {
        cluster: scene.cluster,
        namespace: scene.namespace,
        pod: scene.pod,
        ...(done.container !== undefined && { container: done.container }),
        exitCode: done.exitCode ?? null,
        ...(done.message !== undefined && done.exitCode === undefined && { message: oneLine(done.message, 600) }),
        ...(done.givenUp !== undefined && { givenUp: done.givenUp }),
        stdout: shortened(stdout, half),
        stdoutBytes: stdout.bytes,
        stderr: shortened(stderr, half),
        stderrBytes: stderr.bytes,
        milliseconds: done.milliseconds,
      };
    },
  };
}

function headOf(done: ExecDone, { cluster, namespace, pod, seconds }: ExecScene): string {
  const container = done.container === undefined ? '' : `, container ${done.container},`;
  const where = `in pod ${pod}${container} in namespace ${namespace} of cluster ${cluster}`;
  const took =
    done.milliseconds < 10_000 ? `${(done.milliseconds / 1_000).toFixed(1)} s` : shortDuration(done.milliseconds / 1_000);
  if (done.exitCode !== undefined) return `Exit code ${done.exitCode} after ${took} ${where}.`;
  if (done.givenUp === 'time') {
    return (
      `Still running after ${seconds} s ${where}; this is what it has written. It may run on there: ` +
      'Kubernetes ends a command only when the command notices that nobody reads it.'
    );
  }
  if (done.givenUp === 'output') return `Stopped reading after ${took} ${where}: it wrote too much.`;
  return `The command could not be run ${where}: ${oneLine(done.message ?? 'no reason was given', 600)}.`;
}

/** The beginning and the end of an output, whole lines where possible, and how much is missing. */
function shortened({ text, tail, bytes }: Captured, room: number): string {
  if (tail === undefined && Buffer.byteLength(text) <= room) return text;
  const half = Math.max(60, Math.floor((room - 60) / 2));
  const head = toLine(cutBytes(text, half));
  const end = fromLine(endOf(tail ?? text, half));
  const missing = bytes - Buffer.byteLength(head) - Buffer.byteLength(end);
  return `${head}\n… ${thousands(Math.max(0, missing))} bytes left out …\n${end}`;
}

/** The longest end of a text that has at most so many bytes. */
function endOf(text: string, bytes: number): string {
  const buffer = Buffer.from(text.slice(-bytes));
  return buffer
    .subarray(Math.max(0, buffer.length - bytes))
    .toString('utf8')
    .replace(/^\ufffd+/, '');
}

function toLine(text: string): string {
  const at = text.lastIndexOf('\n');
  return at > text.length / 2 ? text.slice(0, at) : text;
}

function fromLine(text: string): string {
  const at = text.indexOf('\n');
  return at !== -1 && at < text.length / 2 ? text.slice(at + 1) : text;
}
