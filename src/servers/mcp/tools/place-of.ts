import { sayScope } from '../../../fleet/index.ts';
import type { Connection } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import type { ToolContext } from '../tool.ts';

/**
 * The one namespace in which a tool does something.
 * @throws UsageError when several are meant, or all
 */
export function oneNamespace(tool: string, given: string | undefined, connection: Connection, context: ToolContext): string {
  const scope = context.scope(given, connection);
  const [namespace] = scope;
  if (scope !== '*' && scope.length === 1 && namespace !== undefined) return namespace;
  throw new UsageError(`${tool} works in one namespace, not ${sayScope(scope)}.`, {
    code: 'invalid-argument',
    field: 'namespace',
    advice: 'Name the namespace.',
  });
}
