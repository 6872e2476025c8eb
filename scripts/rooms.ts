/**
 * Draws the rooms of the house and who imports whom, from the code's own imports, into docs/architecture.md.
 * `--check` writes nothing, and fails when the picture there is not that of the code.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Cruised {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly { readonly resolved: string }[] }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs', 'architecture.md');
const [BEGIN, END] = ['<!-- rooms: written by scripts/rooms.ts -->', '<!-- end of rooms -->'];

/** Each room, and the rooms that it imports. */
function readRooms(): ReadonlyMap<string, readonly string[]> {
  const args = ['src', 'practice', '--config', '.dependency-cruiser.cjs', '--exclude', String.raw`\.(test|fake)\.ts$`];
  const collapsed = ['--collapse', '^(src/[^/]+/|practice/)', '--output-type', 'json'];
  const cruised = JSON.parse(
    execFileSync(join(root, 'node_modules', '.bin', 'depcruise'), [...args, ...collapsed], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as Cruised;
  const roomOf = (path: string): string | undefined => /^(?:src\/)?(\w+)\/$/.exec(path)?.[1];
  const rooms = new Map<string, readonly string[]>();
  for (const { source, dependencies } of cruised.modules) {
    const room = roomOf(source);
    if (room === undefined) continue;
    rooms.set(room, [...new Set(dependencies.flatMap(({ resolved }) => roomOf(resolved) ?? []))].toSorted());
  }
  return rooms;
}

/** An arrow that a longer way replaces says nothing new, and would hide the layers. */
function withoutShortCuts(rooms: ReadonlyMap<string, readonly string[]>): readonly (readonly [string, string])[] {
  const reaches = (from: string, to: string): boolean => (rooms.get(from) ?? []).some((next) => next === to || reaches(next, to));
  return [...rooms].flatMap(([room, imports]) =>
    imports.filter((to) => !imports.some((other) => other !== to && reaches(other, to))).map((to) => [room, to] as const),
  );
}

function draw(): string {
  const arrows = withoutShortCuts(readRooms()).map(([from, to]) => `  ${from} --> ${to}`);
  return ['```mermaid', 'flowchart TD', ...arrows.toSorted(), '```'].join('\n');
}

const text = readFileSync(page, 'utf8');
const [before, rest] = text.split(`${BEGIN}\n`);
const [, after] = rest?.split(END) ?? [];
if (before === undefined || after === undefined) throw new Error(`${page} has no place for the rooms: ${BEGIN} … ${END}`);
const drawn = `${before}${BEGIN}\n${draw()}\n${END}${after}`;
if (!process.argv.includes('--check')) writeFileSync(page, drawn);
else if (drawn !== text) {
  process.stderr.write('The picture of the rooms in docs/architecture.md is not that of the code: node scripts/rooms.ts\n');
  process.exitCode = 1;
}
