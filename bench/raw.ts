import { Pool } from 'undici';

import type { Access } from '../test/cluster/index.ts';
import type { Contender } from './contender.ts';

/** Bare undici with kept connections: the request, the whole body, `JSON.parse`, and nothing else. */
export function rawContender(access: Access, protocol: 'h1' | 'h2'): Contender {
  const pool = new Pool(access.server, {
    connections: 16,
    allowH2: protocol === 'h2',
    connect: { ca: access.ca, cert: access.cert, key: access.key },
  });
  const credentials = access.token === undefined ? {} : { authorization: `Bearer ${access.token}` };
  return {
    name: `raw ${protocol}`,
    isAsked: () => true,
    async ask({ raw: { path, accept } }) {
      const answer = await pool.request({ path, method: 'GET', headers: { accept, ...credentials } });
      const text = await answer.body.text();
      JSON.parse(text);
      if (answer.statusCode !== 200) throw new Error(`GET ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
      return text;
    },
    close: () => pool.close(),
  };
}
