import type { AuthMaterial, Credentials, CredentialSource } from './credentials.ts';

/**
 * Several sources as one: all headers, and the first certificate. It hands out the same object while no source has
 * another one, and takes a refusal back to the very materials that were refused.
 */
export function together(identity: string, sources: readonly CredentialSource[]): Credentials {
  const madeOf = new WeakMap<AuthMaterial, readonly AuthMaterial[]>();
  let last: { readonly parts: readonly AuthMaterial[]; readonly whole: AuthMaterial } | undefined;

  const join = (parts: readonly AuthMaterial[]): AuthMaterial => {
    if (last !== undefined && parts.every((part, index) => part === last?.parts[index])) return last.whole;
    const whole: AuthMaterial = {
      headers: Object.assign({}, ...parts.map((part) => part.headers)) as AuthMaterial['headers'],
      certificate: parts.find((part) => part.certificate !== undefined)?.certificate,
    };
    madeOf.set(whole, parts);
    last = { parts, whole };
    return whole;
  };

  return {
    identity,
    current: (signal) => {
      const parts = sources.map((source) => attempt(source, signal));
      const ready = parts.filter((part): part is AuthMaterial => !(part instanceof Promise));
      if (ready.length === parts.length) return join(ready);
      return Promise.all(parts.map(async (part) => part)).then(join);
    },
    rejected: (material) => {
      const parts = madeOf.get(material);
      if (parts === undefined) return false;
      // Every source is told: `some` would stop at the first that has another one.
      const answers = sources.map((source, index) => {
        const part = parts[index];
        return part !== undefined && source.rejected(part);
      });
      return answers.includes(true);
    },
  };
}

/** A source that throws must not leave the promise of another one without anybody to look at it. */
function attempt(source: CredentialSource, signal: AbortSignal | undefined): AuthMaterial | Promise<AuthMaterial> {
  try {
    return source.current(signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A source of something that never changes; a refusal is final. */
export function constant(material: AuthMaterial): CredentialSource {
  return { current: () => material, rejected: () => false };
}
