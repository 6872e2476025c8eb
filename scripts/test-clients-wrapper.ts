/**
 * Stands between an MCP client and the server that it starts, and writes down what passes: one JSON line for each request
 * of the client, and one for each list of tools that it got.
 * Usage: node test-clients-wrapper.ts LOG COMMAND [ARGUMENTS]
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

import { noting } from './test-clients-observe.ts';

const [log = '', command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });

const write = (seen: unknown): void => appendFileSync(log, `${JSON.stringify(seen)}\n`);
const [asked, answered] = [noting(write), noting(write)];
process.stdin.on('data', (chunk: Buffer) => asked(chunk.toString('utf8')));
child.stdout.on('data', (chunk: Buffer) => answered(chunk.toString('utf8')));
process.stdin.pipe(child.stdin);
child.stdout.pipe(process.stdout);
// A client that goes away closes the pipe; so does a server that has ended.
for (const stream of [process.stdin, process.stdout, child.stdin]) stream.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
