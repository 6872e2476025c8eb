import { builtInImages, TOOLBOX } from './catalogue.ts';
import type { Images, Program } from './program.ts';
import { scriptProgram } from './script-program.ts';

/** What of a container decides what it does. */
export interface CommandLine {
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
}

/** An image that nobody has written a program for: it starts, and runs until it is stopped. */
const quiet: Program = {};

/**
 * What a container of this image does: the world's word first, then that of the pod's command, then the built-in
 * catalogue's. The longest name that fits wins: `shop/cart:2.1` before `shop/cart` before `shop/*`.
 * @param image as in the pod: `nginx`, `nginx:1.27`, `docker.io/library/nginx@sha256:…`
 * @param line the container's command and args, if it has any
 */
export function programOf(image: string, images: Images, { command = [], args = [] }: CommandLine = {}): Program {
  const known = lookUp(image, images);
  if (known !== undefined) return known;
  const builtIn = lookUp(image, builtInImages);
  const pulled = builtIn?.pull === undefined ? {} : { pull: builtIn.pull };
  if (command.length > 0 || (builtIn === TOOLBOX && args.length > 0))
    return { ...scriptProgram([...command, ...args]), ...pulled };
  return builtIn ?? quiet;
}

function lookUp(image: string, images: Images): Program | undefined {
  for (const name of namesOf(image)) if (images[name] !== undefined) return images[name];
  const [bare = ''] = namesOf(image).slice(-1);
  const [longest] = Object.keys(images)
    .filter((pattern) => pattern.endsWith('*') && bare.startsWith(pattern.slice(0, -1)))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : images[longest];
}

/** The names under which an image can be known, the most exact first. */
function namesOf(image: string): readonly string[] {
  const short = image.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  const bare = short.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return [...new Set([image, short, bare])];
}
