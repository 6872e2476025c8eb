import {
  isResourceRequest,
  type ApiRequest,
  type Call,
  type Outcome,
  type Place,
  type ResourceRequest,
} from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { bufferedWriter, fileOutput, stderrOutput, type AuditOutput } from './audit-output.ts';
import { redactObject } from './redact/text.ts';

/**
 * One request, who sent it and what became of it. Never a body, never a query: a selector may hold what nobody should read
 * in a log. Of the query of an exec there is the command, with what looks secret hidden, unless the operator leaves it out.
 */
export interface AuditLine {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly identity: string;
  /** What asked: a tool's name, `cli`, `library`, `discovery`. */
  readonly origin: string;
  readonly cluster: string;
  readonly verb: string;
  /** Empty for the core group; missing for paths. */
  readonly group?: string | undefined;
  /** With the subresource: `pods/exec`. */
  readonly resource?: string | undefined;
  /** For what is no object: `/readyz`. */
  readonly path?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** What an exec runs: argv. */
  readonly command?: readonly string[] | undefined;
  readonly decision: 'allowed' | 'refused';
  readonly status?: number | undefined;
  /** The code of the error, when there was one. */
  readonly error?: string | undefined;
  /** Present only for what changes something: whether it was asked for as a dry run. */
  readonly dryRun?: true | undefined;
  readonly milliseconds: number;
  readonly bytes: number;
}

export interface AuditOptions {
  /** @default 'off' */
  readonly target?: 'off' | 'stderr' | { readonly file: string } | undefined;
  /** Writes down what an exec runs. @default true */
  readonly commands?: boolean | undefined;
  /** Told once when lines cannot be written, and again after it worked in between. */
  readonly onProblem?: ((message: string) => void) | undefined;
  /** Where the lines go instead; for tests. */
  readonly output?: AuditOutput | undefined;
}

/** Takes audit lines. Neither call ever throws, and neither waits for a disk. */
export interface Audit {
  /** False when nobody reads the lines, so that none need be made. */
  readonly enabled: boolean;
  /** Whether commands belong into the lines. @default true */
  readonly commands?: boolean;
  write(line: AuditLine): void;
  /** Resolves when everything is written, as far as it can be. */
  close(): Promise<void>;
}

const OFF: Audit = { enabled: false, write: () => undefined, close: () => Promise.resolve() };

/**
 * Opens an audit log: JSON, one line a request. A file is opened with the first line, with mode 0600 when it is new,
 * and only ever appended to.
 * @throws UsageError when the target is none
 */
export function createAudit(options: AuditOptions = {}): Audit {
  const target = options.target ?? 'off';
  if (options.output === undefined && target === 'off') return OFF;
  return linesTo(bufferedWriter(options.output ?? outputOf(target), options.onProblem), options.commands ?? true);
}

function outputOf(target: Exclude<AuditOptions['target'], undefined>): AuditOutput {
  if (target === 'stderr') return stderrOutput();
  if (typeof target === 'object' && target.file !== '') return fileOutput(target.file);
  throw new UsageError('The audit log goes to a file, to stderr, or is off.', { code: 'invalid-setting', field: 'audit' });
}

function linesTo(writer: { add(text: string): void; close(): Promise<void> }, commands: boolean): Audit {
  return { enabled: true, commands, write: (line) => writer.add(toText(line)), close: () => writer.close() };
}

/** The line about a request. */
export function auditLine(
  request: ApiRequest,
  place: Place,
  call: Pick<Call, 'origin'>,
  outcome: Outcome,
  more: { readonly dryRun: boolean; readonly time: number; readonly commands: boolean },
): AuditLine {
  const resource = isResourceRequest(request);
  const subresource = resource && request.subresource !== undefined ? `/${request.subresource}` : '';
  return {
    time: new Date(more.time).toISOString(),
    identity: place.identity,
    origin: call.origin,
    cluster: place.cluster,
    verb: request.verb,
    ...(resource
      ? { group: request.group, resource: `${request.resource}${subresource}`, namespace: request.namespace, name: request.name }
      : { path: request.nonResource }),
    ...(more.commands && resource && request.subresource === 'exec' && { command: commandOf(request) }),
    decision: outcome.decision,
    status: outcome.status,
    error: outcome.error,
    ...(more.dryRun && { dryRun: true }),
    milliseconds: Math.round(outcome.milliseconds * 10) / 10,
    bytes: outcome.bytes,
  };
}

/** Words of a command that are kept. */
const MOST_WORDS = 32;

/** A secret among the words is one also where its name is the word before. */
function commandOf({ query }: ResourceRequest): string[] {
  const words = [query?.['command'] ?? []].flat();
  const { command } = redactObject({ command: words.slice(0, MOST_WORDS) });
  return words.length > MOST_WORDS ? [...command, '…'] : command;
}

/** How much of one field is kept; names are at most 253 characters long, and a proxy's path may be anything. */
const LONGEST = 512;

/** One line of printable ASCII: no name from outside can end it, forge another, or move a terminal's cursor. */
function toText(line: AuditLine): string {
  const json = JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' ? value.slice(0, LONGEST) : value));
  return `${json.replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
