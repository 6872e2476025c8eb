import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  type CallToolResult,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { KEPT_FOR, type Task } from './store.ts';

/** The extension by which a call may be answered with a task (SEP-2663). */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** Milliseconds between two looks at a task, as a client is advised. */
const POLL_INTERVAL = 1_000;

/** Whether the client says in this very request that it takes a task for an answer. */
export function takesTasks({ mcpReq }: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  return declared?.extensions?.[TASKS_EXTENSION] !== undefined;
}

/** @throws MissingRequiredClientCapabilityError for a request that does not declare the extension */
export function requireTasks(request: ServerContext): void {
  if (takesTasks(request)) return;
  throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } });
}

/** On whose behalf a request is made: a task is shown to nobody else. Without authorization that is the user of this machine. */
export function ownerOf({ http }: ServerContext): string {
  const login = http?.authInfo;
  return login === undefined ? 'local' : JSON.stringify([login.clientId, login.extra?.['sub'] ?? null]);
}

/** What a call is answered with when it goes on as a task. */
export function createdTask(task: Task): CallToolResult {
  return { resultType: 'task', ...baseOf(task), content: [] };
}

/** What `tasks/get` answers: the task, with what its status brings along. */
export function detailedTask(task: Task): Readonly<Record<string, unknown>> {
  const { result, ...details } = task.details;
  return { ...baseOf(task), ...details, ...(result !== undefined && { result: { resultType: 'complete', ...result } }) };
}

function baseOf({ id, status, message, createdAt, updatedAt }: Task): Readonly<Record<string, unknown>> {
  return {
    taskId: id,
    status,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
    ttlMs: KEPT_FOR,
    pollIntervalMs: POLL_INTERVAL,
  };
}
