import type { Command, Process } from '../process.ts';
import { shell } from '../shell/shell.ts';
import { BrokenPipe } from '../streams.ts';
import { cp, ls, mkdir, rm, test, touch } from './files.ts';
import { date, env, fail, hostname, id, printenv, ps, pwd, seq, sleep, succeed, uname, whoami } from './system.ts';
import { tar } from './tar.ts';
import { cat, echo, grep, head, md5sum, printf, sha256sum, sort, tail, tee, uniq, wc } from './text.ts';

const sh = shell((name) => commandOf(name));

/** What a container's image has in its `/bin`. */
const COMMANDS: Readonly<Record<string, Command>> = {
  '[': test,
  ash: sh,
  bash: sh,
  cat,
  cp,
  date,
  echo,
  env,
  false: fail,
  grep,
  head,
  hostname,
  id,
  ls,
  md5sum,
  mkdir,
  printenv,
  printf,
  ps,
  pwd,
  rm,
  seq,
  sh,
  sha256sum,
  sleep,
  sort,
  tail,
  tar,
  tee,
  test,
  touch,
  true: succeed,
  uname,
  uniq,
  wc,
  whoami,
};

/** The command of a name, with or without the folder of its file. */
function commandOf(name: string): Command | undefined {
  const bare = name.replace(/^\/(usr\/)?(local\/)?s?bin\//, '');
  return Object.hasOwn(COMMANDS, bare) ? COMMANDS[bare] : undefined;
}

/**
 * Runs a command in a container.
 * @returns its exit code; nothing when there is no such command
 */
export async function execute(process: Process): Promise<number | undefined> {
  const command = commandOf(process.argv[0] ?? '');
  if (command === undefined) return undefined;
  try {
    return await command(process);
  } catch (error) {
    if (error instanceof BrokenPipe) return 141;
    throw error;
  }
}
