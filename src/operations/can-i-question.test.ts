import { expect, it } from 'vitest';

import { actionOf } from './can-i-question.ts';
import { fakeCluster } from './kinds.fake.ts';

it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])('%s is a word like any other', async (word) => {
  const { connection } = fakeCluster({});
  await expect(actionOf(connection, 'get', 'pods', word)).rejects.toThrow(/^pods have no subresource "/);
  await expect(actionOf(connection, word, 'pods')).resolves.toMatchObject({ verb: word.toLowerCase(), subresource: '' });
});
