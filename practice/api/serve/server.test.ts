import { once } from 'node:events';
import { connect } from 'node:net';

import { test } from 'vitest';

import { startBareServer } from './testing.fake.ts';

test('it stops though a client has not said hello yet', async () => {
  const server = await startBareServer();
  const socket = connect(Number(new URL(server.api.url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  await server.ask('GET /version');
  await server.stop();
});
