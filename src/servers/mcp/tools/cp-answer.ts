import { posix } from 'node:path';

import {
  blocks,
  count,
  cutBytes,
  fence,
  FENCE_TOKENS,
  headLine,
  nextCall,
  oneLine,
  thousands,
  type Answer,
  type Budget,
} from '../../../answers/index.ts';
import { textOf, type CopiedFrom, type MemoryFolder, type CopiedTo } from '../../../operations/files/index.ts';
import { fileUri } from '../resource-uri.ts';

/** Bytes of a file that can be read as a resource: clients hold it whole, and so do we. */
export const MOST_OF_RESOURCE = 16 * 1024 * 1024;

export interface CopyScene {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** Undefined for the main one. */
  readonly container: string | undefined;
  readonly path: string;
  /** Of this machine. */
  readonly local: string | undefined;
}

/** What was copied to where, in numbers. */
export function copiedAnswer(action: 'from' | 'to', copied: CopiedTo | CopiedFrom, scene: CopyScene): Answer {
  const leftOut = 'leftOut' in copied ? copied : undefined;
  const { files, folders, bytes } = copied;
  const place = sayPlace(scene);
  const way = action === 'to' ? `to ${place}` : `from ${place} to ${oneLine(scene.local ?? '', 300)}`;
  return {
    text: (budget) =>
      budget.spend(blocks(headLine(`${count(files, 'file')} copied ${way}`, count(bytes, 'byte')), sayLeftOut(leftOut))),
    data: () => ({ ...dataOf(scene), files, folders, bytes, ...(leftOut !== undefined && { leftOut: leftOut.leftOut }) }),
  };
}

type Found = MemoryFolder['found'];

/** The text of a file, or what there is in a folder. */
export function contentsAnswer(found: Found, copied: CopiedFrom, scene: CopyScene): Answer {
  const [first] = found;
  const isFile = first !== undefined && first.path === '' && first.bytes !== undefined;
  return isFile ? fileAnswer(first.bytes, first.size, scene) : folderAnswer(found, copied, scene);
}

function fileAnswer(bytes: Uint8Array, size: number, scene: CopyScene): Answer {
  const text = textOf(bytes, size);
  const head = headLine(`File ${sayPlace(scene)}`, count(size, 'byte'), text === undefined && 'no text');
  const uri = text === undefined || size > MOST_OF_RESOURCE ? undefined : fileUri(scene);
  const more = `With local_path it is copied whole${uri === undefined ? '' : ', and it can be read as a resource'}.`;
  return {
    text(budget) {
      const said = budget.spend(head);
      if (text === undefined) return blocks(said, budget.spend(more));
      const { shown, isWhole } = fitting(text, bytes.length === size, budget);
      const rest = isWhole ? '' : `\n… ${thousands(size - Buffer.byteLength(shown))} bytes left out …`;
      return blocks(said, fence(`${shown}${rest}`, { what: oneLine(scene.path, 100) }), !isWhole && more);
    },
    data(budget) {
      const shown = text === undefined ? null : cutBytes(text, Math.max(200, budget.leftBytes - 600));
      const cut = shown !== null && (shown.length < (text ?? '').length || bytes.length < size);
      return { ...dataOf(scene), bytes: size, content: shown, ...(cut && { cut, ...(uri !== undefined && { uri }) }) };
    },
    links(budget) {
      budget.spend(head);
      if (uri === undefined || fitting(text ?? '', bytes.length === size, budget).isWhole) return [];
      return [{ uri, name: posix.basename(scene.path), mimeType: 'text/plain', size }];
    },
  };
}

/** As much of a text as there is room for. @param isAll whether it is the whole file */
function fitting(text: string, isAll: boolean, budget: Budget): { readonly shown: string; readonly isWhole: boolean } {
  const release = budget.reserve(FENCE_TOKENS + 50);
  const shown = cutBytes(text, budget.leftBytes);
  release();
  return { shown, isWhole: isAll && shown.length === text.length };
}

function folderAnswer(found: Found, copied: CopiedFrom, scene: CopyScene): Answer {
  const { files, bytes, leftOut } = copied;
  const head = headLine(`Folder ${sayPlace(scene)}`, count(files, 'file'), count(bytes, 'byte'));
  const rows = found.filter(({ path }) => path !== '').map((each) => ({ ...each, path: oneLine(each.path, 300) }));
  return {
    text(budget) {
      const said = budget.spend(blocks(head, sayLeftOut(copied)));
      const example = rows.find((row) => row.bytes !== undefined);
      const { namespace, pod: name } = scene;
      const next =
        example === undefined
          ? ''
          : budget.spend(
              nextCall('kube_cp', { action: 'from', namespace, name, path: `${scene.path.replace(/\/$/, '')}/${example.path}` }),
            );
      const release = budget.reserve(FENCE_TOKENS + 20);
      const lines: string[] = [];
      for (const row of rows) {
        const line = row.bytes === undefined ? `${row.path}/` : `${row.path}  ${thousands(row.size)}`;
        if (!budget.take(line)) break;
        lines.push(line);
      }
      release();
      const rest = rows.length - lines.length;
      if (lines.length === 0) return said;
      return blocks(said, fence(blocks(...lines, rest > 0 && `… ${thousands(rest)} more`), { what: 'names and bytes' }), next);
    },
    data(budget) {
      const entries = rows.map(({ path, size, bytes: kept }) => ({ path, ...(kept !== undefined && { bytes: size }) }));
      const most = Math.max(1, Math.floor((budget.leftBytes - 600) / 80));
      return {
        ...dataOf(scene),
        files,
        bytes,
        leftOut,
        entries: entries.slice(0, most),
        ...(entries.length > most && { cut: true }),
      };
    },
  };
}

function sayPlace({ path, pod, namespace, cluster }: CopyScene): string {
  return `${oneLine(path, 300)} in pod ${pod} in namespace ${namespace} of cluster ${cluster}`;
}

function sayLeftOut(copied: CopiedFrom | undefined): string {
  if (copied === undefined || copied.leftOut === 0) return '';
  const names = copied.leftOutNames.slice(0, 5).map((name) => oneLine(name, 100));
  const what = `${count(copied.leftOut, 'link, device or name that leads elsewhere', 'links, devices or names that lead elsewhere')} left out`;
  return `${what}: ${names.join(', ')}${copied.leftOut > names.length ? ', …' : ''}.`;
}

function dataOf({ cluster, namespace, pod, path, local }: CopyScene) {
  return { cluster, namespace, pod, path, ...(local !== undefined && { localPath: local }) };
}
