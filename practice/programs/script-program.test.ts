import { expect, test } from 'vitest';

import { scriptProgram } from './script-program.ts';

const script = (text: string) => scriptProgram(['sh', '-c', text]);

test('a script is followed: what it writes and when, and how it ends', () => {
  expect(script('echo one; sleep 2; echo two >&2; sleep 1m && exit 3; echo never')).toEqual({
    log: [
      { atSeconds: 0, text: 'one' },
      { atSeconds: 2, text: 'two', stream: 'stderr' },
    ],
    exit: { afterSeconds: 62, code: 3 },
  });
});

test('an endless loop repeats its lines', () => {
  expect(script('echo start; while true; do echo "$MODE on $HOSTNAME at $(date)"; sleep 5; done')).toEqual({
    log: [{ atSeconds: 0, text: 'start' }],
    repeats: { everySeconds: 5, lines: ['{env:MODE} on {pod} at {date}'] },
  });
});

test.each([
  [['sleep', '3600'], { log: [], exit: { afterSeconds: 3600, code: 0 } }],
  [['sleep', 'infinity'], { log: [] }],
  [['tail', '-f', '/dev/null'], { log: [] }],
  [['/bin/false'], { log: [], exit: { afterSeconds: 0, code: 1 } }],
  [['/app/server', '--port', '80'], { log: [] }],
])('%j is understood', (argv, program) => {
  expect(scriptProgram(argv)).toEqual(program);
});

test('&& and || go by how the command before ended', () => {
  expect(script('false && echo no; false || echo yes; ! true; exit').log).toEqual([{ atSeconds: 0, text: 'yes' }]);
  expect(script('echo hidden > /tmp/file').log).toEqual([]);
});

test('a script that cannot be read says so and ends with 2', () => {
  expect(script('if true')).toMatchObject({ log: [{ stream: 'stderr' }], exit: { code: 2 } });
});
