import { posix } from 'node:path';

import { complain, pathOf, type Process } from '../process.ts';
import { Exit, type Session } from './session.ts';

/** What changes the shell itself, and so cannot be a program. */
export const BUILT_INS: Readonly<Record<string, (session: Session, process: Process) => Promise<number> | number>> = {
  exit: (session, { argv }) => {
    throw new Exit(Number(argv[1] ?? session.lastCode) & 255);
  },
  ':': () => 0,
  cd: (session, process) => {
    const target = process.argv[1] ?? session.variables.get('HOME') ?? '/';
    const path = posix.resolve('/', pathOf(process, target));
    const entry = process.files.stat(path);
    if (entry === undefined) return complain(process, `can't cd to ${target}: No such file or directory`, 2);
    if (!entry.directory) return complain(process, `can't cd to ${target}: Not a directory`, 2);
    session.directory = path;
    session.variables.set('PWD', path);
    return 0;
  },
  export: (session, { argv }) => {
    for (const word of argv.slice(1)) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
      if (name !== undefined) session.variables.set(name, value ?? '');
    }
    return 0;
  },
  unset: (session, { argv }) => {
    for (const name of argv.slice(1)) session.variables.delete(name);
    return 0;
  },
  set: () => 0,
  exec: async (session, process) => {
    const argv = process.argv.slice(1);
    const command = session.find(argv[0] ?? '');
    if (command === undefined) throw new Exit(127);
    throw new Exit(await command({ ...process, argv }));
  },
};
