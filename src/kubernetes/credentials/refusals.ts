import type { AuthMaterial } from './credentials.ts';

/**
 * Answers `rejected`: whether asking again may give something that was not refused yet.
 *
 * It may, until what comes next turns out to be the same once more. Requests that were under way together each bring
 * their 401 for the same material; all but the first find it replaced already, and that is no second refusal.
 */
export function refusals(): (material: AuthMaterial, wasCurrent: boolean) => boolean {
  let last: AuthMaterial | undefined;
  let hopeless = false;
  return (material, wasCurrent) => {
    const again = last !== undefined && sameMaterial(last, material);
    if (wasCurrent) {
      hopeless = again;
      last = material;
    }
    return !(again && hopeless);
  };
}

/** True when a server cannot tell the two apart. */
export function sameMaterial(one: AuthMaterial, other: AuthMaterial): boolean {
  return one.headers['authorization'] === other.headers['authorization'] && one.certificate?.cert === other.certificate?.cert;
}
