import { describe, expect, it } from 'vitest';

import { tableLines } from './terminal-table.ts';
import { terminalOf } from './terminal.ts';

function made(isTTY: boolean, env: NodeJS.ProcessEnv = {}, columns = 30) {
  const written: (Uint8Array | string)[] = [];
  const stdout = { isTTY, columns, write: (text: Uint8Array | string) => written.push(text) };
  return { terminal: terminalOf({ stdout, stderr: stdout }, env), written };
}

describe('a terminal', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('with isTTY %s and %j has colours: %s', (isTTY, env, colours) => {
    const { terminal } = made(isTTY, env);
    expect(terminal.colours).toBe(colours);
    expect(terminal.paint('good', 'ok')).toBe(colours ? '\u001b[32mok\u001b[39m' : 'ok');
  });

  it('writes lines', () => {
    const { terminal, written } = made(false);
    terminal.say('a', '');
    terminal.say();
    expect(written.join('')).toBe('a\n\n');
  });
});

describe('a table', () => {
  const columns = [{ name: 'TOOL' }, { name: 'N', align: 'right' as const }, { name: 'WHY' }];
  const rows = [
    ['get', '7', { text: 'a long sentence about why', tone: 'bad' as const }],
    ['describe', '12', ''],
  ];

  it('stands in columns, in full where nothing cuts it', () => {
    expect(tableLines(made(false).terminal, columns, rows)).toEqual([
      'TOOL       N  WHY',
      'get        7  a long sentence about why',
      'describe  12',
    ]);
  });

  it('is cut at the edge of a terminal, and padded by what is seen', () => {
    const lines = tableLines(made(true).terminal, columns, rows);
    expect(lines[0]).toBe('\u001b[1mTOOL\u001b[22m       \u001b[1mN\u001b[22m  \u001b[1mWHY\u001b[22m');
    expect(lines[1]).toBe('get        7  \u001b[31ma long sentence…\u001b[39m');
  });
});
