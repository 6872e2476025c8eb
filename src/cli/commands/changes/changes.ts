import { quoted, UsageError } from '../../../platform/index.ts';
import { changeAnswer, changesAnswer } from '../../../servers/mcp/index.ts';
import type { CommandCall } from '../command.ts';
import { atDesk, oneWord, sayAnswer, sayUndo } from './desk.ts';

const USUAL = 20;

/** Lists the journal, or shows one change with its diff. */
export async function changes(call: CommandCall): Promise<number> {
  const limit = limitOf(call);
  return atDesk(call, async ({ changes: journal, context }) => {
    if (call.words.length > 0) {
      return sayAnswer(call, changeAnswer(await journal.change(oneWord(call, 'change')), context, { sayUndo }));
    }
    const found = await journal.changes({ limit });
    return sayAnswer(call, changesAnswer({ found, more: false, open: await journal.open(), question: '' }, context));
  });
}

function limitOf({ flags }: CommandCall): number {
  const text = flags['limit'];
  if (text === undefined) return USUAL;
  if (typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--limit is a number from 1 to 9999, not ${quoted(text, 40)}.`, {
    code: 'invalid-setting',
    field: 'limit',
  });
}
