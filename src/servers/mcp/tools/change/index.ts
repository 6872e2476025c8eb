import type { AnyTool } from '../../tool.ts';
import { applyTool } from './apply.ts';
import { batchOver } from './batch.ts';
import { changesTool } from './changes.ts';
import { configMapTool } from './configmap.ts';
import { confirmTool } from './confirm.ts';
import { copyTool } from './copy.ts';
import { debugTool } from './debug.ts';
import { deleteTool } from './delete.ts';
import { exposeTool } from './expose.ts';
import { labelTool } from './label.ts';
import { nodeTool } from './node.ts';
import { patchTool } from './patch.ts';
import { rolloutTool } from './rollout.ts';
import { runTool } from './run.ts';
import { scaleTool } from './scale.ts';
import { secretTool } from './secret.ts';
import { undoTool } from './undo.ts';

export { debugTool };

/** Tools whose calls can be parts of one plan. */
const PLANNED = [
  applyTool,
  patchTool,
  deleteTool,
  scaleTool,
  rolloutTool,
  nodeTool,
  runTool,
  exposeTool,
  labelTool,
  secretTool,
  configMapTool,
  copyTool,
];

/** The toolset `change`, in the order in which it is listed. */
export const CHANGE_TOOLS: readonly AnyTool[] = [...PLANNED, batchOver(PLANNED), confirmTool, changesTool, undoTool];
