import type { Look } from './look.ts';
import { COMMANDS } from './looks-of-commands.ts';
import { FORMATS } from './looks-of-formats.ts';
import { SERVICES } from './looks-of-services.ts';
import { HIDDEN } from './marker.ts';

export const LOOKS: readonly Look[] = [...FORMATS, ...SERVICES, ...COMMANDS];

/** Runs all looks over a text. */
export function redactLooks(text: string): string {
  let clean = text;
  for (const { hints, finds, leaves } of LOOKS) {
    if (!hints.some((hint) => clean.includes(hint))) continue;
    clean = typeof leaves === 'function' ? clean.replace(finds, leaves) : clean.replace(finds, leaves ?? HIDDEN);
  }
  return clean;
}

/** `scheme://user:password@host`, of which user and host stay; and a long user alone, which is a token then. */
export function redactUrls(text: string): string {
  return text
    .replace(
      /(?<![A-Za-z0-9])([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/?#"'<>]{0,256}:)([^\s"'<>]{1,512})@/gi,
      (all, before: string, password: string) => {
        // A port and a path that has an @ in it: https://registry:5000/@scope/package.
        if (/^\d{1,5}(?:[/,?#]|$)/.test(password)) return all;
        return `${before}${HIDDEN}@`;
      },
    )
    .replace(/(?<![A-Za-z0-9])([a-z][a-z0-9+.-]{0,30}:\/\/)(?=[\w-]{0,200}\d)[\w-]{20,}@/gi, `$1${HIDDEN}@`);
}
