import { expect, test } from 'vitest';

import { run, testFiles } from '../commands/run.fake.ts';

const sh = (script: string, stdin = '') => run(['sh', '-c', script], testFiles({ '/srv/a.txt': 'one\ntwo\nthree\n' }), stdin);

test.each([
  ['echo one; echo two', 'one\ntwo\n'],
  ['true && echo yes || echo no', 'yes\n'],
  ['false && echo yes || echo no', 'no\n'],
  ['! false && echo turned', 'turned\n'],
  ['cat /srv/a.txt | grep t | wc -l', '2\n'],
  ['cat < /srv/a.txt | head -n 1', 'one\n'],
  ['echo "$MODE" \'$MODE\' ${MODE} ${NONE:-none}', 'fast $MODE fast none\n'],
  ['for word in $WORDS "$WORDS"; do echo "<$word>"; done', '<two>\n<words>\n<two words>\n'],
  ['X=5; Y="$X$X"; echo $Y', '55\n'],
  ['X=1 printenv X; echo "[$X]"', '1\n[]\n'],
  ['echo "it is $(echo deep $(echo down))"', 'it is deep down\n'],
  ['if [ -f /srv/a.txt ]; then echo there; else echo gone; fi', 'there\n'],
  ['if false; then echo 1; elif true; then echo 2; else echo 3; fi', '2\n'],
  ['false; echo $?', '1\n'],
  ['cd /srv && pwd && ls', '/srv\na.txt\n'],
  ['echo new > /tmp/f; echo more >> /tmp/f; cat /tmp/f', 'new\nmore\n'],
  ['(echo a; echo b) | sort -r', 'b\na\n'],
  ['{ echo a; echo b; } > /tmp/f; wc -l < /tmp/f', '2\n'],
  ['N=x; while [ "$N" != xxx ]; do N=x$N; done; echo $N', 'xxx\n'],
  ['echo a # not this', 'a\n'],
  ['echo one \\\n two', 'one two\n'],
  ['while true; do echo y; done | head -n 2', 'y\ny\n'],
  ['echo gone > /dev/null', ''],
  ['sh -c "echo inner; exit 4"; echo $?', 'inner\n4\n'],
])('%s', async (script, out) => {
  expect(await sh(script)).toEqual({ code: expect.any(Number), out, err: '' });
});

test.each([
  ['exit 3; echo never', 3, ''],
  ['echo oops >&2; exit 300', 44, 'oops\n'],
  ['nothing-like-it', 127, 'sh: nothing-like-it: not found\n'],
  ['cat /none 2>&1 >/dev/null', 1, ''],
  ['cat < /none', 1, "sh: can't open /none: No such file or directory\n"],
  ['cd /none', 2, "cd: can't cd to /none: No such file or directory\n"],
  ['echo "open', 2, 'sh: Unterminated quoted string\n'],
  ['if true; then', 2, 'sh: syntax error: unexpected end of file\n'],
  ['sleep 5 &', 2, 'sh: syntax error: unexpected "&"\n'],
])('%s ends with %i', async (script, code, err) => {
  expect(await sh(script)).toMatchObject({ code, err });
});

test('without -c it runs what comes on stdin, a line at a time', async () => {
  expect(await run(['sh'], testFiles(), 'X=1\nif true\nthen echo $X\nfi\nexit 4\necho never\n')).toEqual({
    code: 4,
    out: '1\n',
    err: '',
  });
});
