import { EventEmitter } from 'node:events';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { failure } from '../../../test/support/wire.ts';
import { StreamSocket } from './socket.ts';

/** The other side of nothing: a WebSocket that does what a test says. */
class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  protocol = 'v5.channel.k8s.io';
  isPaused = true;
  bufferedAmount = 0;
  terminated = false;
  pings = 0;
  readonly flushes: (() => void)[] = [];
  pause = (): void => void (this.isPaused = true);
  resume = (): void => void (this.isPaused = false);
  ping = (): void => void this.pings++;
  terminate = (): void => void (this.terminated = true);
  close = (): void => void this.emit('closing');
  send(data: Buffer, _: object, flushed: () => void): void {
    this.bufferedAmount += data.length;
    this.flushes.push(flushed);
  }
}

function open(signal = new AbortController().signal) {
  const fake = new FakeWebSocket();
  const onEnd = vi.fn();
  const socket = new StreamSocket(fake, { signal, explain: (error) => error, onEnd, pingEvery: 1_000 });
  return { fake, socket, onEnd };
}

const BLOCK = Buffer.alloc(100_000, 'x');

describe('a stream socket', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('stops reading while much was not taken, and goes on when it was', async () => {
    const { fake, socket } = open();
    for (let count = 0; count < 5; count++) fake.emit('message', BLOCK);
    expect(fake.isPaused).toBe(false);
    fake.emit('message', BLOCK);
    expect(fake.isPaused).toBe(true);
    for (let count = 0; count < 3; count++) await socket.next();
    expect(fake.isPaused).toBe(true);
    await socket.next();
    expect(fake.isPaused).toBe(false);
  });

  it('makes the sender wait while much is on its way', async () => {
    const { fake, socket } = open();
    for (let count = 0; count < 5; count++) await socket.send(BLOCK);
    let sent = false;
    const waiting = socket.send(BLOCK).then(() => (sent = true));
    await Promise.resolve();
    expect(sent).toBe(false);
    fake.flushes.forEach((flushed) => flushed());
    await waiting;
    expect(sent).toBe(true);
  });

  it('hands out what came before the end, then the end', async () => {
    const { fake, socket, onEnd } = open();
    fake.emit('message', Buffer.from('last'));
    fake.emit('close', 1000);
    expect((await socket.next())?.toString()).toBe('last');
    expect(await socket.next()).toBeUndefined();
    expect(onEnd).toHaveBeenCalledOnce();
    expect(await failure(socket.send(BLOCK))).toMatchObject({ code: 'ECONNRESET' });
  });

  it('fails when nobody answers its pings, but not while it is not read', async () => {
    const { fake, socket } = open();
    fake.pause();
    vi.advanceTimersByTime(60_000);
    expect(fake.pings).toBe(0);
    fake.resume();
    vi.advanceTimersByTime(2_000);
    fake.emit('pong');
    vi.advanceTimersByTime(3_000);
    expect(socket.open).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(fake.terminated).toBe(true);
    expect(await failure(socket.next())).toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('says goodbye, and does not wait long for the answer', async () => {
    const { fake, socket, onEnd } = open();
    socket.close();
    expect(await socket.next()).toBeUndefined();
    expect(fake.terminated).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(fake.terminated).toBe(true);
    expect(onEnd).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is gone at once when its signal was aborted', async () => {
    const { fake, socket } = open(AbortSignal.abort(new Error('gone')));
    expect(fake.terminated).toBe(true);
    expect(await failure(socket.next())).toEqual(new Error('gone'));
    expect(vi.getTimerCount()).toBe(0);
  });
});
