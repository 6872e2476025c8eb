import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** Resolves when the holder of the lock lets go of it or dies. */
async function holderGone(address: string): Promise<void> {
  const socket = connect(address);
  socket.resume();
  try {
    await once(socket, 'close');
  } catch {
    // Refused or reset: the holder is gone, which is what was waited for.
  }
}

/**
 * Runs `work` while no other process of this machine runs work under the same name.
 * The lock is a socket in Linux's abstract namespace: the kernel frees it when the holder dies, so it cannot go stale.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const address = `\0fairlead-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  let server = await listen(address);
  if (server === undefined) onWait?.();
  while (server === undefined) {
    await holderGone(address);
    server = await listen(address);
  }
  const waiting = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => waiting.delete(socket));
  });
  try {
    return await work();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}
