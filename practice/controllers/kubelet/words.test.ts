import { describe, expect, it } from 'vitest';

import { AddressPool } from './host.ts';
import { goDuration } from './go-duration.ts';
import { fullImageName, pullError } from './images.ts';

describe('names and words', () => {
  it.each([
    [0, '0s'],
    [340, '340ms'],
    [1214, '1.214s'],
    [10_000, '10s'],
    [80_000, '1m20s'],
    [300_000, '5m0s'],
    [3_661_000, '1h1m1s'],
  ])('%d milliseconds are %s', (milliseconds, text) => {
    expect(goDuration(milliseconds)).toBe(text);
  });

  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['shop/cart:2', 'docker.io/shop/cart:2'],
    ['ghcr.io/shop/cart', 'ghcr.io/shop/cart:latest'],
    ['localhost:5000/cart:3', 'localhost:5000/cart:3'],
    ['localhost/busybox:1', 'localhost/busybox:1'],
  ])('the image %s is in full %s', (image, name) => {
    expect(fullImageName(image)).toBe(name);
  });

  it('an image that is not there is not found', () => {
    expect(pullError('shop/cart:9', 'NotFound')).toBe(
      'failed to pull and unpack image "docker.io/shop/cart:9": failed to resolve reference "docker.io/shop/cart:9": docker.io/shop/cart:9: not found',
    );
  });
});

describe('the addresses of a node', () => {
  it('are each given once, and again only when all others were', () => {
    const pool = new AddressPool('10.244.1.0/28');
    const taken = Array.from({ length: 13 }, () => pool.take());
    expect(taken[0]).toBe('10.244.1.2');
    expect(new Set(taken).size).toBe(13);
    expect(pool.take()).toBeUndefined();
    pool.giveBack('10.244.1.7');
    expect(pool.take()).toBe('10.244.1.7');
  });
});
