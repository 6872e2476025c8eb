/** A name with `*` for any run of characters, compiled. */
export interface NamePattern {
  /** As the operator wrote it. */
  readonly text: string;
  matches(name: string): boolean;
}

/** Compiles a pattern in which only `*` is special; the whole name must match. */
export function namePattern(text: string): NamePattern {
  const parts = text.split('*');
  const [head = ''] = parts;
  if (parts.length === 1) return { text, matches: (name) => name === text };
  const tail = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return {
    text,
    // Found part by part rather than by a regular expression, which many stars could make slow.
    matches: (name) => {
      if (!name.startsWith(head) || !name.endsWith(tail)) return false;
      let from = head.length;
      for (const part of middle) {
        const found = name.indexOf(part, from);
        if (found === -1) return false;
        from = found + part.length;
      }
      // No character counts twice: `a*a` is not `a`.
      return from <= name.length - tail.length;
    },
  };
}
