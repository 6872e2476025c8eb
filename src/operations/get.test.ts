import { expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import { failure } from '../../test/support/wire.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import { getNamed } from './get.ts';

const wanted = { kind: kindNamed('Widget', { group: 'shop.test' }), namespace: 'shop', name: 'web' };

test('an object whose kind is not served any more is not looked for elsewhere', async () => {
  const { connection, lines } = connectionTo(() => ({ status: 404, body: '404 page not found' }));
  expect(await failure(getNamed(connection, wanted))).toMatchObject({ code: 'not-found', advice: undefined });
  expect(lines()).toEqual(['GET /apis/shop.test/v1/namespaces/shop/widgets/web']);
});
