import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

import { amountOf } from './amount.ts';
import type { HttpEra } from './http.ts';
import { questionsAbout } from './questions.ts';

export interface BenchOptions {
  /** The folder that holds bin/ and dist/. */
  readonly program: string;
  readonly rounds: number;
  /** The most that one contender takes for one part of one question in one round. */
  readonly seconds: number;
  readonly starts: number;
  /** Ids; all when undefined. */
  readonly questions: readonly string[] | undefined;
  readonly json: string | undefined;
  /** How Fairlead is asked. Over HTTP there are neither starts nor the peer. */
  readonly over: 'stdio' | HttpEra;
}

export const USAGE = `usage: npm run bench -- [--json F] [--rounds 5] [--seconds 2] [--starts 15] [--only ID,ID] [--program DIR] [--over stdio]
  --json F          writes all figures there too
  --rounds N        every contender is asked everything in each round; figures are medians over them
  --seconds S       the most that one contender takes for one part of a question in a round
  --starts N        how often each server is started; 0 leaves starts out
  --only ID,ID      only these questions: pod, namespace, fleet, fleet-cells, everything, describe, top, events,
                    forward (200 MB through a port-forward, beside kubectl's), or
                    grep (1 GB of log searched, beside kubectl logs | grep: minutes, and only when it is named)
  --program DIR     measures the build in this folder instead of this checkout's
  --over WAY        stdio, http (2026-07-28, no session) or http-2025 (in a session); the peer is asked over stdio alone
`;

/** What `--only` may name. */
const QUESTIONS: readonly string[] = [...questionsAbout('').map(({ id }) => id), 'forward', 'grep'];

const WAYS: readonly BenchOptions['over'][] = ['stdio', 'http', 'http-2025'];

/** @throws TypeError for a flag that does not exist, and a value that it cannot have */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'string' },
      rounds: text('5'),
      seconds: text('2'),
      starts: text('15'),
      only: { type: 'string' },
      over: text('stdio'),
      program: text(fileURLToPath(new URL('..', import.meta.url))),
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const over = WAYS.find((way) => way === values.over);
  if (over === undefined) throw new TypeError(`--over is ${WAYS.join(', ')}, not ${values.over}`);
  const questions = values.only?.split(',');
  const unknown = questions?.find((id) => !QUESTIONS.includes(id));
  if (unknown !== undefined) throw new TypeError(`--only is of ${QUESTIONS.join(', ')}, not "${unknown}"`);
  return {
    program: values.program,
    rounds: amountOf('rounds', values.rounds),
    seconds: amountOf('seconds', values.seconds),
    starts: over === 'stdio' ? amountOf('starts', values.starts) : 0,
    questions,
    json: values.json,
    over,
  };
}
