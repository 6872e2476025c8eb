import { access } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

import { describe, expect, it } from 'vitest';

import { PAGES, ROOT, type Page } from './page.ts';

const byPath = new Map(PAGES.map((page) => [page.path, page]));

/** What is wrong with a link of a page, or undefined. Addresses of others are not asked. */
async function complaintOf(page: Pick<Page, 'path'>, target: string): Promise<string | undefined> {
  if (target.startsWith('https://')) return undefined;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  const isThere = await access(join(ROOT, path)).then(
    () => true,
    () => false,
  );
  if (!isThere) return `there is no ${path}`;
  if (anchor === undefined || byPath.get(path)?.anchors.has(anchor) === true) return undefined;
  return `${path} has no heading for #${anchor}`;
}

describe.each(PAGES)('$path', (page) => {
  it('has links that lead somewhere', async () => {
    const complaints = await Promise.all(
      page.links.map(async ({ line, text }) => {
        const complaint = await complaintOf(page, text);
        return complaint === undefined ? [] : [`${page.path}:${line}: ${complaint}`];
      }),
    );
    expect(complaints.flat()).toEqual([]);
  });
});

describe('the check of links', () => {
  it.each([
    ['docs/nowhere.md', 'there is no docs/nowhere.md'],
    ['#nothing', 'README.md has no heading for #nothing'],
    ['docs/library.md#nothing', 'docs/library.md has no heading for #nothing'],
    ['docs/library.md#undo-and-plans', undefined],
  ])('says of a link to %s: %s', async (target, complaint) => {
    expect(await complaintOf({ path: 'README.md' }, target)).toBe(complaint);
  });
});
