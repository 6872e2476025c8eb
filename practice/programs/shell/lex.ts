import { SyntaxFault, type List, type Part, type Word } from './syntax.ts';

export type Token = { readonly kind: 'word'; readonly word: Word } | { readonly kind: 'operator'; readonly text: string };

const OPERATORS = [
  '&&',
  '||',
  '2>&1',
  '1>&2',
  '2>>',
  '2>',
  '1>',
  '>&2',
  '>&1',
  '>>',
  '&>',
  '>',
  '<',
  '|',
  ';',
  '&',
  '(',
  ')',
  '\n',
];
const ENDS_WORD = /[\s;&|<>()]/;
const VARIABLE = /^(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*|[?$#0-9]))/;

/** Takes a script apart into words and operators. @param parse makes a list of what stands in `$(…)` */
export function lex(script: string, parse: (script: string) => List): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;

  const variable = (quoted: boolean): Part => {
    const rest = script.slice(at + 1);
    if (rest.startsWith('(')) {
      const end = closing(script, at + 1);
      const of = parse(script.slice(at + 2, end));
      at = end + 1;
      return { kind: 'output', of, quoted };
    }
    const [whole, braced, fallback, plain] = VARIABLE.exec(rest) ?? [];
    at += 1 + (whole?.length ?? 0);
    if (whole === undefined) return { kind: 'text', text: '$', quoted };
    return { kind: 'variable', name: braced ?? plain ?? '', quoted, ...(fallback !== undefined && { fallback }) };
  };
  const doubleQuoted = (parts: Part[]): void => {
    const text = (more: string): number => parts.push({ kind: 'text', text: more, quoted: true });
    text('');
    for (at++; script[at] !== '"';) {
      const character = script[at];
      if (character === undefined) throw new SyntaxFault('Unterminated quoted string');
      if (character === '$') parts.push(variable(true));
      else if (character === '\\' && /["\\$`\n]/.test(script[at + 1] ?? '')) {
        text(script[at + 1] === '\n' ? '' : (script[at + 1] ?? ''));
        at += 2;
      } else {
        text(character);
        at++;
      }
    }
    at++;
  };
  const word = (): Word => {
    const parts: Part[] = [];
    for (let character = script[at]; character !== undefined && !ENDS_WORD.test(character); character = script[at]) {
      if (character === "'") {
        const end = script.indexOf("'", at + 1);
        if (end < 0) throw new SyntaxFault('Unterminated quoted string');
        parts.push({ kind: 'text', text: script.slice(at + 1, end), quoted: true });
        at = end + 1;
      } else if (character === '"') doubleQuoted(parts);
      else if (character === '$') parts.push(variable(false));
      else if (character === '\\') {
        parts.push({ kind: 'text', text: script[at + 1] ?? '', quoted: true });
        at += 2;
      } else {
        parts.push({ kind: 'text', text: character, quoted: false });
        at++;
      }
    }
    return parts;
  };

  while (at < script.length) {
    const rest = script.slice(at);
    const blank = /^(?:[ \t\r]|\\\n)+/.exec(rest)?.[0] ?? /^#[^\n]*/.exec(rest)?.[0];
    const operator = OPERATORS.find((text) => rest.startsWith(text));
    if (blank !== undefined) at += blank.length;
    else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator });
      at += operator.length;
    } else tokens.push({ kind: 'word', word: word() });
  }
  return tokens;
}

/** Where the bracket that opens at `from` is closed; quotes hide brackets. */
function closing(script: string, from: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < script.length; at++) {
    const character = script[at];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at;
  }
  throw new SyntaxFault('Unterminated command substitution');
}
