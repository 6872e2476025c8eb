import { expect, test } from 'vitest';

import { programOf } from './images.ts';
import type { Images, Program } from './program.ts';

const one = (text: string): Program => ({ log: [{ atSeconds: 0, text }] });
const images: Images = {
  'shop/cart': one('cart'),
  'shop/cart:2.1': one('cart 2.1'),
  'shop/*': one('any of the shop'),
  'shop/pay*': one('payments'),
  nginx: one('our nginx'),
};

test.each([
  ['shop/cart', 'cart'],
  ['shop/cart:1.0', 'cart'],
  ['shop/cart:2.1', 'cart 2.1'],
  ['shop/cart@sha256:abc', 'cart'],
  ['shop/orders:3', 'any of the shop'],
  ['shop/payments:3', 'payments'],
  ['docker.io/library/nginx:1.27', 'our nginx'],
])('%s runs the program of the longest name that fits', (image, text) => {
  expect(programOf(image, images).log?.[0]?.text).toBe(text);
});

test('an image that nobody wrote a program for runs until it is stopped', () => {
  expect(programOf('registry.example.com:5000/team/app:1', images)).toEqual({});
});

test('the command of the pod counts, but not over a program of the world', () => {
  const command = ['sh', '-c', 'exit 3'];
  expect(programOf('busybox:1.36', {}, { command }).exit).toEqual({ afterSeconds: 0, code: 3 });
  expect(programOf('nginx', images, { command })).toBe(images['nginx']);
  expect(programOf('busybox', {}, { args: ['sleep', '60'] }).exit).toEqual({ afterSeconds: 60, code: 0 });
  expect(programOf('practice/crash', {}, { args: ['--fast'] }).exit?.code).toBe(1);
});
