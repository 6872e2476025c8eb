import type { StandardSchemaV1 } from '@modelcontextprotocol/server';

import { detailedTask, ownerOf, requireTasks } from '../tasks/protocol.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Installer } from './installer.ts';

interface Named {
  readonly taskId: string;
}

/** The parameters that all three methods share; what a task is answered with travels beside them. */
const NAMED: StandardSchemaV1<Named> = {
  '~standard': {
    version: 1,
    vendor: 'fairlead',
    validate(value) {
      const taskId = (value as Partial<Named>).taskId;
      return typeof taskId === 'string' ? { value: { taskId } } : { issues: [{ message: 'taskId must be a string' }] };
    },
  },
};

/** `tasks/get`, `tasks/update` and `tasks/cancel`, for requests that declare the extension. */
export function answerTasks(tasks: Tasks): Installer {
  return (server) => {
    server.setRequestHandler('tasks/get', { params: NAMED }, async ({ taskId }, request) => {
      requireTasks(request);
      return detailedTask(await tasks.get(taskId, ownerOf(request)));
    });
    server.setRequestHandler('tasks/update', { params: NAMED }, async ({ taskId }, request) => {
      requireTasks(request);
      await tasks.update(taskId, ownerOf(request), request.mcpReq.inputResponses ?? {});
      return {};
    });
    server.setRequestHandler('tasks/cancel', { params: NAMED }, async ({ taskId }, request) => {
      requireTasks(request);
      await tasks.cancel(taskId, ownerOf(request));
      return {};
    });
  };
}
