import type { Pod } from '../../shapes.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';

export const indexAnnotation = (index: number): Readonly<Record<string, string>> => ({ [INDEX]: String(index) });

export const indexOf = ({ metadata }: Pod): number | undefined => {
  const index = metadata.annotations?.[INDEX];
  return index === undefined ? undefined : Number(index);
};

/** Numbers as a Job writes them: `0,2-4`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const index of [...indexes].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`)).join(',');
}

export function parseIndexes(text: string): Set<number> {
  const parts = text.split(',').filter((part) => part !== '');
  return new Set(
    parts.flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
    }),
  );
}
