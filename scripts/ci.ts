/** Runs `npm test` and closes with one line that counts what passed and what failed over all its parts. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** vitest ends each project with such a line; colours are stripped before it is read. */
const TESTS = /^\s*Tests\s+(.*)$/;
/** How our own runners end. */
const PLAIN = /^\d+ passed, \d+ failed$/;

let passed = 0;
let failed = 0;

const child = spawn('npm', ['test'], { stdio: ['ignore', 'pipe', 'inherit'] });
for await (const line of createInterface({ input: child.stdout })) {
  process.stdout.write(`${line}\n`);
  // oxlint-disable-next-line no-control-regex -- the escape that begins a colour
  const plain = line.replaceAll(/\u001b\[[0-9;]*m/g, '');
  const counts = TESTS.exec(plain)?.[1] ?? PLAIN.exec(plain)?.[0] ?? '';
  passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
  failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
}
const code = child.exitCode ?? (await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1))));
// A step that is no test suite (format, types, …) fails without a count of its own.
if (code !== 0 && failed === 0) failed = 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : 1;
