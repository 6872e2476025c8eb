import { expect, test } from 'vitest';

import * as answers from './index.ts';

test('what other rooms may use', () => {
  expect(Object.keys(answers).sort()).toMatchInlineSnapshot(`
    [
      "Budget",
      "CURSOR_MAX",
      "DEFAULT_TOKENS",
      "FENCE_TOKENS",
      "LINE_MAX",
      "MAX_TOKENS",
      "MIN_TOKENS",
      "blocks",
      "clean",
      "count",
      "cpu",
      "cutBytes",
      "diffLines",
      "fence",
      "fenceMark",
      "fill",
      "foldNames",
      "headLine",
      "inCommon",
      "isClean",
      "memory",
      "memoryColumn",
      "mintCursor",
      "nextCall",
      "nextCursor",
      "notes",
      "objectLines",
      "oneLine",
      "percent",
      "plain",
      "questionOf",
      "quote",
      "readCursor",
      "renderFold",
      "shorten",
      "slim",
      "table",
      "thousands",
      "toYaml",
      "tokensOf",
      "unfenced",
      "unitsAfter",
      "workloadOf",
    ]
  `);
});
