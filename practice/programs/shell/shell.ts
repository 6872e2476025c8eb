import { FileError } from '../files.ts';
import { complain, pathOf, type Command, type Process } from '../process.ts';
import { BrokenPipe, linesFrom, pipe } from '../streams.ts';
import { BUILT_INS } from './built-ins.ts';
import { expandAll, expandToText } from './expand.ts';
import { parse } from './parse.ts';
import { redirected } from './redirect.ts';
import { Exit, type FindCommand, type Session, type Streams } from './session.ts';
import { SyntaxFault, type List, type Node, type Pipeline } from './syntax.ts';

type Simple = Extract<Node, { kind: 'simple' }>;

/** `sh`: runs the script after `-c`, the script in a file, or what comes on stdin line by line. */
export function shell(find: FindCommand): Command {
  return async (process) => {
    const [, option = '', script = '', ...positional] = process.argv;
    const session: Session = {
      process,
      find,
      run: runList,
      variables: new Map(process.environment),
      positional: positional.length > 0 ? positional : ['sh'],
      directory: process.directory,
      lastCode: 0,
    };
    if (/^-[a-z]*c$/.test(option)) return await runScript(session, script);
    if (option === '' || option === '-' || option === '-i' || option === '-l') return await runLines(session);
    try {
      return await runScript(session, Buffer.from(process.files.read(pathOf(process, option))).toString());
    } catch (error) {
      if (error instanceof FileError) return await complain(process, `${option}: ${error.message}`, 2);
      throw error;
    }
  };
}

async function runLines(session: Session): Promise<number> {
  const { stdin, stderr, terminal } = session.process;
  const prompt = async (text: string): Promise<void> => {
    if (terminal) await stderr.write(text);
  };
  let waiting = '';
  await prompt(`${session.directory} # `);
  for await (const line of linesFrom(stdin)) {
    waiting += `${line}\n`;
    if (!isComplete(waiting)) {
      await prompt('> ');
      continue;
    }
    const code = await runScript(session, waiting, true);
    if (session.process.signal.aborted) return code;
    if (session.lastCode === EXITED) return code;
    waiting = '';
    await prompt(`${session.directory} # `);
  }
  return waiting.trim() === '' ? session.lastCode : await runScript(session, waiting);
}

/** Marks that a line said `exit`. No real code is negative. */
const EXITED = -1;

/** Whether a script can be run, rightly or wrongly, without the lines that follow. */
function isComplete(script: string): boolean {
  try {
    parse(script);
    return true;
  } catch (error) {
    return !(error instanceof SyntaxFault && /end of file|Unterminated/.test(error.message));
  }
}

async function runScript(session: Session, script: string, goesOn = false): Promise<number> {
  try {
    return await runList(session, parse(script), session.process);
  } catch (error) {
    if (error instanceof Exit) {
      if (goesOn) session.lastCode = EXITED;
      return error.code;
    }
    if (!(error instanceof SyntaxFault)) throw error;
    await session.process.stderr.write(`sh: ${error.message}\n`);
    return (session.lastCode = 2);
  }
}

async function runList(session: Session, list: List, streams: Streams): Promise<number> {
  for (const pipeline of list) {
    session.process.signal.throwIfAborted();
    const { after } = pipeline;
    if (after !== 'any' && (session.lastCode === 0) !== (after === 'success')) continue;
    const code = await runPipeline(session, pipeline, streams);
    session.lastCode = pipeline.negated ? Number(code === 0) : code;
  }
  return session.lastCode;
}

async function runPipeline(session: Session, { commands }: Pipeline, streams: Streams): Promise<number> {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) return await runNode(session, only, streams);
  const pipes = commands.slice(1).map(() => pipe());
  const codes = await Promise.all(
    commands.map(async (command, index) => {
      // Each part of a pipeline is a shell of its own: what it sets, the others do not see.
      const own = { ...session, variables: new Map(session.variables) };
      const [input, output] = [pipes[index - 1], pipes[index]];
      try {
        return await runNode(own, command, { ...streams, stdin: input ?? streams.stdin, stdout: output ?? streams.stdout });
      } catch (error) {
        if (error instanceof Exit) return error.code;
        if (error instanceof BrokenPipe) return 141;
        throw error;
      } finally {
        output?.end();
        input?.close();
      }
    }),
  );
  return codes.at(-1) ?? 0;
}

async function runNode(session: Session, node: Node, streams: Streams): Promise<number> {
  switch (node.kind) {
    case 'simple':
      return await runSimple(session, node, streams);
    case 'group':
      return await redirected(session, node.redirections, streams, (inner) => runList(session, node.body, inner));
    case 'if':
      return await runList(session, (await runList(session, node.when, streams)) === 0 ? node.body : node.otherwise, streams);
    case 'loop': {
      let code = 0;
      while (((await runList(session, node.when, streams)) === 0) !== node.until) {
        code = await runList(session, node.body, streams);
        // A loop without a command that waits must not hold up everybody else.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return code;
    }
    case 'for': {
      let code = 0;
      for (const word of await expandAll(session, node.words, streams)) {
        session.variables.set(node.name, word);
        code = await runList(session, node.body, streams);
      }
      return code;
    }
  }
}

async function runSimple(session: Session, node: Simple, streams: Streams): Promise<number> {
  const words = await expandAll(session, node.words, streams);
  const assigned = new Map<string, string>();
  for (const { name, value } of node.assignments) assigned.set(name, await expandToText(session, value, streams));
  const [name] = words;
  if (name === undefined) for (const [variable, value] of assigned) session.variables.set(variable, value);
  return await redirected(session, node.redirections, streams, async (inner) => {
    if (name === undefined) return 0;
    const process: Process = {
      ...session.process,
      ...inner,
      argv: words,
      directory: session.directory,
      environment: new Map([...session.variables, ...assigned]),
    };
    const builtIn = Object.hasOwn(BUILT_INS, name) ? BUILT_INS[name] : undefined;
    if (builtIn !== undefined) return await builtIn(session, process);
    const command = session.find(name);
    if (command !== undefined) return await command(process);
    await inner.stderr.write(`sh: ${name}: not found\n`);
    return 127;
  });
}
