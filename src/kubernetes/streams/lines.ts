import type { FilteredText, ResponseFilter, TextFilter } from '../ports.ts';
import type { ApiRequest } from '../request.ts';

/** A text that arrives as bytes, as whole lines of which nothing can be seen that may not. */
export async function* linesThrough(
  chunks: AsyncIterable<Uint8Array>,
  filter: ResponseFilter,
  request: ApiRequest,
): AsyncGenerator<FilteredText> {
  const cutter = filter.text?.(request) ?? plainLines((text) => String(filter.apply(request, text)));
  for await (const chunk of chunks) {
    const lines = cutter.push(chunk);
    if (lines !== undefined) yield lines;
  }
  const rest = cutter.end();
  if (rest !== undefined) yield rest;
}

/** Whole lines, each piece filtered by itself. */
function plainLines(apply: (text: string) => string): TextFilter {
  const decoder = new TextDecoder();
  let rest = '';
  const filtered = (text: string): FilteredText => ({ text: apply(text), bytes: text.length, mayHold: () => true });
  return {
    push(part) {
      rest += decoder.decode(part, { stream: true });
      const end = rest.lastIndexOf('\n') + 1;
      if (end === 0) return undefined;
      const text = rest.slice(0, end);
      rest = rest.slice(end);
      return filtered(text);
    },
    end() {
      rest += decoder.decode();
      return rest === '' ? undefined : filtered(rest);
    },
  };
}
