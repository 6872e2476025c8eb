import { lex, type Token } from './lex.ts';
import { SyntaxFault, type List, type Node, type Pipeline, type Redirection, type Word } from './syntax.ts';

type Simple = Extract<Node, { kind: 'simple' }>;

/** What an operator redirects, and where it names no file, whither. */
const REDIRECTIONS: Readonly<Record<string, Omit<Redirection, 'target'> & { readonly target?: string }>> = {
  '>': { from: 1, kind: 'write' },
  '1>': { from: 1, kind: 'write' },
  '>>': { from: 1, kind: 'append' },
  '2>': { from: 2, kind: 'write' },
  '2>>': { from: 2, kind: 'append' },
  '<': { from: 0, kind: 'read' },
  '2>&1': { from: 2, kind: 'same', target: '1' },
  '>&1': { from: 1, kind: 'same', target: '1' },
  '>&2': { from: 1, kind: 'same', target: '2' },
  '1>&2': { from: 1, kind: 'same', target: '2' },
};

const CLOSING_WORDS = new Set(['}', 'then', 'elif', 'else', 'fi', 'do', 'done']);

/** @throws SyntaxFault in the words of a POSIX shell */
export function parse(script: string): List {
  const reader = new Reader(lex(script, parse));
  const list = parseList(reader);
  if (!reader.atEnd) throw reader.unexpected();
  return list;
}

/** Goes through the tokens. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** The next operator's text. */
  get operator(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' ? token.text : undefined;
  }

  /** The next word's text when nothing in it is quoted or replaced: only such words are keywords. */
  get keyword(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'word' ? plain(token.word) : undefined;
  }

  takeWord(): Word | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return undefined;
    this.#at++;
    return token.word;
  }

  /** Takes the next token if it is one of these operators or keywords. */
  take(...texts: readonly string[]): string | undefined {
    const text = this.operator ?? this.keyword;
    if (text === undefined || !texts.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  expect(text: string): void {
    if (this.take(text) === undefined) throw this.unexpected();
  }

  skipLines(): void {
    while (this.take('\n') !== undefined);
  }

  unexpected(): SyntaxFault {
    const text = this.operator ?? this.keyword;
    return new SyntaxFault(
      `syntax error: unexpected ${text === undefined ? 'end of file' : text === '\n' ? 'newline' : `"${text}"`}`,
    );
  }
}

function plain(word: Word): string | undefined {
  let text = '';
  for (const part of word) {
    if (part.kind !== 'text' || part.quoted) return undefined;
    text += part.text;
  }
  return text;
}

function parseList(reader: Reader): List {
  const pipelines: Pipeline[] = [];
  let after: Pipeline['after'] = 'any';
  for (reader.skipLines(); !endsList(reader); reader.skipLines()) {
    pipelines.push({ ...parsePipeline(reader), after });
    const separator = reader.take('&&', '||', ';', '\n');
    after = separator === '&&' ? 'success' : separator === '||' ? 'failure' : 'any';
    if (separator === undefined) break;
  }
  if (after !== 'any') throw reader.unexpected();
  return pipelines;
}

const endsList = (reader: Reader): boolean =>
  reader.atEnd || reader.operator === ')' || (reader.keyword !== undefined && CLOSING_WORDS.has(reader.keyword));

function parsePipeline(reader: Reader): Omit<Pipeline, 'after'> {
  const negated = reader.take('!') !== undefined;
  const commands = [parseCommand(reader)];
  while (reader.take('|') !== undefined) {
    reader.skipLines();
    commands.push(parseCommand(reader));
  }
  return { commands, negated };
}

function parseCommand(reader: Reader): Node {
  const opening = reader.take('(', '{', 'if', 'while', 'until', 'for');
  switch (opening) {
    case '(':
    case '{': {
      const body = parseBody(reader);
      reader.expect(opening === '(' ? ')' : '}');
      return { kind: 'group', body, redirections: parseRedirections(reader) };
    }
    case 'if':
      return parseIf(reader);
    case 'while':
    case 'until': {
      const when = parseBody(reader);
      return { kind: 'loop', when, until: opening === 'until', body: parseDo(reader) };
    }
    case 'for':
      return parseFor(reader);
    default:
      return parseSimple(reader);
  }
}

/** A list that may not be empty. */
function parseBody(reader: Reader): List {
  const list = parseList(reader);
  if (list.length === 0) throw reader.unexpected();
  return list;
}

function parseIf(reader: Reader): Node {
  const when = parseBody(reader);
  reader.expect('then');
  const body = parseBody(reader);
  if (reader.take('elif') !== undefined)
    return { kind: 'if', when, body, otherwise: [{ commands: [parseIf(reader)], negated: false, after: 'any' }] };
  const otherwise = reader.take('else') === undefined ? [] : parseBody(reader);
  reader.expect('fi');
  return { kind: 'if', when, body, otherwise };
}

function parseDo(reader: Reader): List {
  reader.expect('do');
  const body = parseBody(reader);
  reader.expect('done');
  return body;
}

function parseFor(reader: Reader): Node {
  const name = reader.keyword ?? '';
  if (reader.takeWord() === undefined) throw reader.unexpected();
  reader.expect('in');
  const words: Word[] = [];
  for (let word = reader.takeWord(); word !== undefined; word = reader.takeWord()) words.push(word);
  reader.take(';');
  reader.skipLines();
  return { kind: 'for', name, words, body: parseDo(reader) };
}

function parseSimple(reader: Reader): Simple {
  const assignments: Simple['assignments'][number][] = [];
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  for (;;) {
    redirections.push(...parseRedirections(reader));
    const word = reader.takeWord();
    if (word === undefined) break;
    const assignment = words.length === 0 ? assignmentOf(word) : undefined;
    if (assignment === undefined) words.push(word);
    else assignments.push(assignment);
  }
  if (assignments.length + words.length + redirections.length === 0) throw reader.unexpected();
  return { kind: 'simple', assignments, words, redirections };
}

function parseRedirections(reader: Reader): readonly Redirection[] {
  const found: Redirection[] = [];
  for (
    let text = reader.take(...Object.keys(REDIRECTIONS));
    text !== undefined;
    text = reader.take(...Object.keys(REDIRECTIONS))
  ) {
    const { from, kind, target } = REDIRECTIONS[text] as (typeof REDIRECTIONS)[string];
    const word = target === undefined ? reader.takeWord() : [{ kind: 'text' as const, text: target, quoted: false }];
    if (word === undefined) throw reader.unexpected();
    found.push({ from, kind, target: word });
  }
  return found;
}

/** `NAME=value` before a command. */
function assignmentOf(word: Word): Simple['assignments'][number] | undefined {
  const equals = word.findIndex((part) => part.kind === 'text' && part.text === '=' && !part.quoted);
  const name = equals < 1 ? undefined : plain(word.slice(0, equals));
  return name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? { name, value: word.slice(equals + 1) } : undefined;
}
