import { pipe, type Sink, type Source } from '../programs/index.ts';

/** What the keys of a terminal send. */
const KEY = { interrupt: '\u0003', end: '\u0004', rubout: '\u007f', backspace: '\b' } as const;

/** What lies between a client's keyboard and screen and a command, as far as people notice. */
export interface Terminal {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** Echoes what is typed, hands it on line by line, and ends lines as screens want it. */
export function terminal(keyboard: Source, screen: Sink): Terminal {
  const lines = pipe();
  const out: Sink = {
    write: (chunk) =>
      screen.write((typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).replaceAll(/\r?\n/g, '\r\n')),
  };
  void readKeys(keyboard, screen, lines);
  return { stdin: lines, stdout: out, stderr: out };
}

async function readKeys(keyboard: Source, screen: Sink, lines: ReturnType<typeof pipe>): Promise<void> {
  let line = '';
  for (let chunk = await keyboard.read(); chunk !== undefined; chunk = await keyboard.read()) {
    for (const key of Buffer.from(chunk).toString()) {
      if (key === '\r' || key === '\n') {
        await screen.write('\r\n');
        await lines.write(`${line}\n`);
        line = '';
      } else if (key === KEY.end && line === '') return lines.end();
      else if (key === KEY.interrupt) {
        await screen.write('^C\r\n');
        line = '';
        await lines.write('\n');
      } else if (key === KEY.rubout || key === KEY.backspace) {
        if (line !== '') await screen.write('\b \b');
        line = line.slice(0, -1);
      } else if (key >= ' ') {
        line += key;
        await screen.write(key);
      }
    }
  }
  lines.end();
}
