import type { PatchStep } from '../../changes/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { assignmentsOf, patchOf } from './settings.ts';
import { subjectsOf, type Wanted } from './subjects.ts';

export interface LabelQuestion extends Wanted {
  /** `a=b,c-` */
  readonly set?: string | undefined;
  /** The same for annotations. */
  readonly annotate?: string | undefined;
}

/** @throws UsageError where nothing is set */
export async function labelSteps(connection: Connection, question: LabelQuestion): Promise<readonly PatchStep[]> {
  const { set, annotate } = question;
  if (set === undefined && annotate === undefined) {
    throw new UsageError('Nothing is set: give labels in "set", annotations in "annotate", or both.', {
      code: 'missing-argument',
      field: 'set',
    });
  }
  const metadata = {
    ...(set !== undefined && { labels: patchOf(assignmentsOf(set, 'set')) }),
    ...(annotate !== undefined && { annotations: patchOf(assignmentsOf(annotate, 'annotate')) }),
  };
  const { subjects } = await subjectsOf(connection, question);
  return subjects.map((subject) => ({
    action: 'patch',
    cluster: connection.cluster,
    subject,
    type: 'merge',
    patch: { metadata },
  }));
}
