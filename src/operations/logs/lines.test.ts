import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { FilteredText } from '../../kubernetes/index.ts';
import { collectorOfV8 } from '../../platform/index.ts';
import { compilePattern } from '../pattern.ts';
import { LineCollector, mergeLines, type Bounds, type LineWish, type LogLine } from './lines.ts';

const time = (index: number): string => `2026-11-21T15:04:05.${String(index).padStart(9, '0')}Z`;
const piece = (...lines: readonly string[]): FilteredText => {
  const text = lines.map((line) => `${line}\n`).join('');
  return { text, bytes: text.length, mayHold: (words) => text.includes(words) };
};
const stamped = (texts: readonly string[], from = 0): FilteredText =>
  piece(...texts.map((text, index) => `${time(from + index)} ${text}`));

const WIDE: Bounds = { lines: 1_000, size: 1_000_000, keep: 'last' };

function collect(pieces: readonly FilteredText[], wish: Partial<LineWish> = {}, bounds: Partial<Bounds> = {}): LineCollector {
  const collector = new LineCollector(0, { context: 0, ...wish }, { ...WIDE, ...bounds });
  for (const each of pieces) collector.add(each);
  return collector;
}

const textsOf = (lines: readonly LogLine[]): readonly string[] =>
  lines.map(({ text, isContext }) => (isContext === true ? `-${text}` : text));

describe('collecting lines', () => {
  it.each([
    ['short', 'needle'],
    ['cut', `needle ${'z'.repeat(5_000)}`],
  ])('holds none of the text around a %s line that is kept', (_, needle) => {
    const filler = Array.from({ length: 100 }, () => 'y'.repeat(1_000));
    const grep = compilePattern('needle', 'grep');
    const collector = new LineCollector(0, { context: 0, grep }, WIDE);
    const used = (): number => {
      collectorOfV8()({ type: 'major' });
      return process.memoryUsage().heapUsed;
    };
    const before = used();
    for (let count = 0; count < 100; count++) collector.add(stamped([...filler, `${needle} ${count}`]));
    expect(collector.fitting).toBe(100);
    expect(used() - before).toBeLessThan(5_000_000);
  });

  it('takes the time from before each line', () => {
    const { lines } = collect([stamped(['one  two '])]);
    expect(lines).toEqual([{ time: time(0), source: 0, text: 'one  two ', level: undefined }]);
  });

  it('keeps what fits a pattern, with the lines round it, also out of pieces that were skipped', () => {
    const grep = compilePattern('needle', 'grep');
    const pieces = [stamped(['a', 'b', 'c']), stamped(['needle 1', 'd'], 3), stamped(['e'], 5), stamped(['f', 'needle 2'], 6)];
    expect(textsOf(collect(pieces, { grep, context: 2 }).lines)).toEqual(['-b', '-c', 'needle 1', '-d', '-e', '-f', 'needle 2']);
    expect(collect(pieces, { grep, context: 2 }).fitting).toBe(2);
  });

  it('takes a line that is empty but for its time for a line', () => {
    const grep = compilePattern('needle', 'grep');
    const { lines } = collect([stamped(['a', '']), stamped(['needle'], 2)], { grep, context: 1 });
    expect(lines.map(({ time: at, text }) => [at, text])).toEqual([
      [time(1), ''],
      [time(2), 'needle'],
    ]);
  });

  it('finds with context what grep -C finds, wherever the log is cut', () => {
    const line = fc.constantFrom('needle', 'a', 'b', 'c');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        fc.nat(3),
        (lines, cuts, context) => {
          const expected = lines.flatMap((text, index) => {
            if (text === 'needle') return text;
            const near = lines.slice(Math.max(0, index - context), index + context + 1).includes('needle');
            return near ? `-${text}` : [];
          });
          const pieces: FilteredText[] = [];
          let from = 0;
          for (const cut of [...cuts, lines.length]) {
            const part = lines.slice(from, from + cut);
            if (part.length > 0) pieces.push(stamped(part, from));
            from += part.length;
          }
          // What was skipped is remembered one piece back; so far a context reaches.
          fc.pre(context === 0 || pieces.every(({ text }) => text.split('\n').length > context));
          const grep = compilePattern('needle', 'grep');
          expect(textsOf(collect(pieces, { grep, context }).lines)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps a level and worse, and the stack that belongs to it', () => {
    const lines = ['INFO up', 'ERROR bad', '  at main.go:1', 'INFO ok', '  detail', 'panic: worse'];
    expect(textsOf(collect([stamped(lines)], { level: 'error' }).lines)).toEqual(['ERROR bad', '  at main.go:1', 'panic: worse']);
  });

  it('keeps the last lines within its bounds, and errors that came before them', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => (index === 3 ? 'ERROR early' : `line ${index}`));
    const { lines: kept, fitting, dropped } = collect([stamped(lines)], {}, { lines: 100 });
    expect(kept.length).toBeLessThanOrEqual(101);
    expect(kept[0]?.text).toBe('ERROR early');
    expect(kept.at(-1)?.text).toBe('line 999');
    expect(fitting).toBe(1_000);
    expect(kept.length + dropped).toBe(1_000);
  });

  it('stops when it keeps the first lines and has them, or when the time is over', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    expect(collect([stamped(lines)], {}, { lines: 10, keep: 'first' })).toMatchObject({ full: true, fitting: 11 });
    const early = collect([stamped(lines)], { before: time(4) });
    expect(early.full).toBe(true);
    expect(textsOf(early.lines)).toEqual(lines.slice(0, 5));
  });

  it('cuts lines that are very long', () => {
    const [line] = collect([stamped(['x'.repeat(9_000)])]).lines;
    expect(line?.text.length).toBe(4_001);
  });
});

describe('merging logs', () => {
  const line = (source: number, at: number): LogLine => ({
    time: at < 0 ? '' : time(at),
    source,
    text: String(at),
    level: undefined,
  });

  it('orders lines by time, and leaves each log in its order', () => {
    const merged = mergeLines([
      [line(0, 1), line(0, -1), line(0, 5)],
      [line(1, 2), line(1, 1), line(1, 6)],
    ]);
    expect(merged.map(({ source, text }) => `${source}:${text}`)).toEqual(['0:1', '0:-1', '1:2', '1:1', '0:5', '1:6']);
  });
});
