import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isClean } from './clean.ts';
import { diffLines, objectLines } from './diff.ts';

describe('a field that becomes another', () => {
  it.each([
    [{ path: 'spec.replicas', before: 3, after: 5 }, ['spec.replicas: 3 → 5']],
    [{ path: 'a', before: 'x', after: '5' }, ['a: x → "5"']],
    [{ path: 'a', after: true }, ['+ a: true']],
    [{ path: 'a', before: null }, ['- a: null']],
    [{ path: 'a', before: { b: [1, { c: 2 }] } }, ['- a:', '-   b:', '-   - 1', '-   - c: 2']],
    [{ path: 'a', before: 1, after: { b: { c: 1 } } }, ['a:', '-   1', '+   b:', '+     c: 1']],
    [{ path: 'a', lines: [' same', '-old', '+new'] }, ['a:', '  same', '- old', '+ new']],
    [{ path: 'a', before: 'x', after: 'y', hidden: true as const }, ['a: (hidden)']],
  ])('%j', (field, lines) => {
    expect(diffLines(field)).toEqual(lines);
  });

  it('shows what would not show, and lets nothing look like a line of ours', () => {
    expect(diffLines({ path: 'a', lines: ['+a\u200bb\u202e\u001b[2J'] })).toEqual(['a:', '+ a\\u{200b}b\\u{202e}\\u{1b}[2J']);
    expect(diffLines({ path: 'a\nb', after: 'c\n- forged: 1' })).toEqual(['+ a b: "c\\n- forged: 1"']);
  });

  it('is clean whatever is in it, each line on its own', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), fc.option(text, { nil: undefined }), (path, before, after) => {
        for (const line of diffLines({ path, before, after })) {
          expect(isClean(line)).toBe(true);
          expect(line).not.toContain('\n');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('cuts a line that nobody would read to its end, and says so', () => {
    const [line = ''] = objectLines('x'.repeat(5_000));
    expect(line).toMatch(/^x{2000}… \(5000 characters\)$/);
  });
});
