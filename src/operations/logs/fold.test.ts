import { describe, expect, it } from 'vitest';

import { foldLines } from './fold.ts';
import type { LogLine } from './lines.ts';

const lines = (...texts: readonly string[]): LogLine[] =>
  texts.map((text, index) => ({
    time: `2026-11-21T15:04:${String(index).padStart(2, '0')}Z`,
    source: 0,
    text,
    level: undefined,
  }));

const said = (given: readonly LogLine[]): readonly string[] =>
  foldLines(given).map(({ last, count, below }) => `${last.text} ×${count}${below.length > 0 ? ` +${below.length}` : ''}`);

describe('folding', () => {
  it('counts lines that repeat, by the latest of them', () => {
    expect(said(lines('a', 'a', 'b', 'a'))).toEqual(['a ×3', 'b ×1']);
  });

  it('counts lines that differ in numbers and ids, when they are many', () => {
    const ids = ['1f2e3d4c5b6a', '2a3b4c5d6e7f', '99', '1f2e3d4c-5b6a-4c5d-8e7f-1f2e3d4c5b6a', '0123456789ab'];
    expect(said(lines(...ids.map((id) => `request ${id} failed`)))).toEqual(['request 0123456789ab failed ×5']);
    expect(said(lines('took 5 ms', 'took 9 ms', 'took 7 ms'))).toEqual(['took 5 ms ×1', 'took 9 ms ×1', 'took 7 ms ×1']);
  });

  it('folds what repeats in turns', () => {
    expect(said(lines('ping', 'pong', 'ping', 'pong'))).toEqual(['ping ×2', 'pong ×2']);
  });

  it('puts a stack under its line, and counts stacks that are the same', () => {
    const stack = ['Error: x', '  at a.js:1', '  at b.js:2'];
    const [group] = foldLines(lines(...stack, ...stack));
    expect(group).toMatchObject({ count: 2, below: ['  at a.js:1', '  at b.js:2'], lines: 6 });
    expect(group?.end.text).toBe('  at b.js:2');
  });

  it('leaves each stack to its own log', () => {
    const mixed = lines('Error: one', 'Error: two', '  at one', '  at two').map((line, index) => ({
      ...line,
      source: index % 2,
    }));
    expect(foldLines(mixed).map(({ last, below }) => [last.text, ...below])).toEqual([
      ['Error: one', '  at one'],
      ['Error: two', '  at two'],
    ]);
  });

  it('stands for every line once, in their order', () => {
    const given = lines('a 1', 'b', 'a 2', 'c', 'a 3', 'b');
    const groups = foldLines(given);
    expect(groups.reduce((sum, group) => sum + group.lines, 0)).toBe(given.length);
    const firsts = groups.map(({ first }) => first.time);
    expect(firsts).toEqual(firsts.toSorted());
  });
});
