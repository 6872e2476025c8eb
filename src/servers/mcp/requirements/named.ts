import { normalisePolicy } from '../../../access/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { READ_BY_DEFAULT, READ_WHEN_NAMED, type RbacKind } from './kinds.ts';

/** A kind that somebody named, and whether we know it. */
export interface NamedKind extends RbacKind {
  /** False for custom resources: their plural and scope are taken as they are written. */
  readonly known: boolean;
}

/** `widgets.example.com`, `*.example.com`. */
const WITH_GROUP = /^(\*|[a-z0-9-]+)\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;

/**
 * The kinds that texts mean: any name that kubectl has for the kinds of every cluster, `plural.group` for others, and
 * `*.group` for a whole group.
 * @throws UsageError for a name without a group that not every cluster has, and for one that means everything
 */
export function kindsNamed(texts: readonly string[], setting: string): NamedKind[] {
  return texts.flatMap((text): NamedKind[] => {
    if (/^[*./]+$/.test(text)) {
      throw invalid(setting, `${setting} cannot be ${quoted(text, 40)}: that would take in Secrets, and all that comes later.`);
    }
    const [pattern] = normalisePolicy({ kinds: { allow: [text] }, settingNames: { 'kinds.allow': setting } }).kinds.allow ?? [];
    const known = [...READ_BY_DEFAULT, ...READ_WHEN_NAMED].filter((kind) => pattern?.matches(kind) === true);
    if (known.length > 0) return known.map(({ group, resource, namespaced }) => ({ group, resource, namespaced, known: true }));
    const [, resource, group] = WITH_GROUP.exec(text.toLowerCase()) ?? [];
    if (resource !== undefined && group !== undefined) return [{ group, resource, namespaced: true, known: false }];
    throw invalid(setting, `${setting} names ${quoted(text, 80)}, which not every cluster has.`);
  });
}

function invalid(setting: string, message: string): UsageError {
  return new UsageError(message, {
    code: 'invalid-setting',
    field: setting,
    advice: 'Write custom resources as PLURAL.GROUP, e.g. certificates.cert-manager.io, or *.GROUP for all of a group.',
  });
}
