import type { Connection } from '../../../kubernetes/index.ts';
import {
  allowedPath,
  copyFrom,
  copyTo,
  LocalFolder,
  localFiles,
  localTarget,
  MemoryFolder,
  textFile,
  type Place,
} from '../../../operations/files/index.ts';
import type { Answer } from '../../../answers/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { execNeeds } from '../requirements/needs.ts';
import { defineTool, SHARED, type ToolContext } from '../tool.ts';
import { contentsAnswer, copiedAnswer, type CopyScene } from './cp-answer.ts';
import { inTime } from './copy-time.ts';
import { oneNamespace } from './place-of.ts';

/** Bytes that are kept to be shown, and that may be read for it. */
const KEPT = 256 * 1024;
const MOST_READ = 64 * 1024 * 1024;

export const cpTool = defineTool({
  name: 'kube_cp',
  title: 'Copy files',
  description: 'Read a file or folder of a container, or write one; needs tar there.',
  arguments: {
    action: { type: 'string', enum: ['from', 'to'], required: true },
    name: { ...SHARED.name, description: 'pod', required: true },
    path: { type: 'string', description: 'in the container', required: true },
    content: { type: 'string', description: 'text to write', maxLength: 262_144, document: true },
    local_path: { type: 'string', description: 'on the server, in an allowed folder' },
    container: { type: 'string', maxLength: 253, description: 'default: main one' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'change',
  toolset: 'exec',
  permission: 'exec',
  needs: execNeeds('tar in containers, by which files are copied'),
  long: true,
  async run(input, context) {
    const { action, content, local_path: local, path } = input;
    checkContents(action, content, local);
    const connection = await context.connect(input.cluster);
    const namespace = oneNamespace('kube_cp', input.namespace, connection, context);
    const place = { namespace, pod: input.name, container: input.container, path };
    const scene = { cluster: connection.cluster, ...place, local };
    return inTime(connection, (bounded) =>
      action === 'from' ? from(bounded, place, scene, context) : to(bounded, place, scene, content, context),
    );
  },
});

async function from(connection: Connection, place: Place, scene: CopyScene, { localFolders }: ToolContext): Promise<Answer> {
  if (scene.local === undefined) {
    const memory = new MemoryFolder(KEPT);
    const copied = await copyFrom(connection, place, memory, { bytes: MOST_READ });
    return contentsAnswer(memory.found, copied, scene);
  }
  const base = await localTarget(await allowedPath(scene.local, localFolders), place.path);
  return copiedAnswer('from', await copyFrom(connection, place, new LocalFolder(base)), { ...scene, local: base });
}

async function to(
  connection: Connection,
  place: Place,
  scene: CopyScene,
  content: string | undefined,
  { localFolders }: ToolContext,
): Promise<Answer> {
  const tree = content === undefined ? localFiles(await allowedPath(scene.local ?? '', localFolders)) : textFile(content);
  return copiedAnswer('to', await copyTo(connection, place, tree), scene);
}

function checkContents(action: 'from' | 'to', content: string | undefined, local: string | undefined): void {
  const wrong = (message: string, field: string): UsageError =>
    new UsageError(`kube_cp: ${message}.`, { code: 'invalid-argument', field });
  if (action === 'from' && content !== undefined) throw wrong('argument "content" belongs to action "to"', 'content');
  if (action === 'to' && (content === undefined) === (local === undefined))
    throw wrong('action "to" takes either "content" or "local_path"', 'content');
}
