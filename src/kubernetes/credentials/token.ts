import { readFile } from 'node:fs/promises';

import { messageOf, systemClock, unlessAborted } from '../../platform/index.ts';
import type { AuthMaterial, CredentialSource } from './credentials.ts';
import { refusals, sameMaterial } from './refusals.ts';
import { rotating } from './rotating.ts';
import { loginError, type Subject } from './subject.ts';
import { constant } from './together.ts';
import type { CredentialOptions } from './user.ts';

/**
 * The header of a bearer token (RFC 6750).
 * @throws KubernetesError when a header cannot carry it; undici would throw the token itself into the message
 */
export function bearer(token: string, subject: Subject, origin: string): AuthMaterial {
  const trimmed = token.trim();
  if (trimmed === '') throw loginError(subject, `${origin} is empty`);
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw loginError(subject, `${origin} holds characters that no token has`, {
      advice: 'A token is one line of plain ASCII without blanks.',
    });
  }
  return { headers: { authorization: `Bearer ${trimmed}` } };
}

/** A token as it stands in the kubeconfig. */
export function staticToken(token: string, subject: Subject): CredentialSource {
  return constant(bearer(token, subject, 'the token'));
}

/**
 * A token in a file that somebody keeps fresh; read again at most every ten seconds, and after a 401.
 * `fallback` is used while the file has never been readable, as client-go does with a user that has both.
 */
export function tokenFile(
  path: string,
  fallback: string | undefined,
  subject: Subject,
  options: Pick<CredentialOptions, 'clock'> = {},
): CredentialSource {
  const file = rotating<AuthMaterial>(async (before) => {
    const material = bearer(
      await readToken(path, before === undefined ? fallback : undefined, subject),
      subject,
      `token file ${path}`,
    );
    return before !== undefined && sameMaterial(before, material) ? before : material;
  }, options.clock ?? systemClock);
  const refuse = refusals();

  return {
    current: (signal) => {
      const material = file.current();
      return material instanceof Promise ? unlessAborted(material, signal) : material;
    },
    rejected: (material) => refuse(material, file.forget(material)),
  };
}

async function readToken(path: string, fallback: string | undefined, subject: Subject): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (fallback !== undefined) return fallback;
    throw loginError(subject, `token file ${path} cannot be read (${messageOf(error)})`, { cause: error });
  }
}
