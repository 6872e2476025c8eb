import type { ScaleStep } from '../../changes/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { subjectsOf, type Wanted } from './subjects.ts';

export interface ScaleQuestion extends Wanted {
  readonly replicas: number;
}

/** @throws UsageError for a kind that has no replicas to set */
export async function scaleSteps(connection: Connection, question: ScaleQuestion): Promise<readonly ScaleStep[]> {
  const { kind, subjects } = await subjectsOf(connection, question);
  if (!kind.subresources.includes('scale')) {
    const scalable = (await connection.kinds()).kinds.filter((each) => each.preferred && each.subresources.includes('scale'));
    throw new UsageError(`${kind.resource} cannot be scaled: the kind has no scale.`, {
      code: 'not-scalable',
      field: 'kind',
      advice: `Kinds that have one: ${scalable.map(({ resource }) => resource).join(', ')}.`,
    });
  }
  return subjects.map((subject) => ({
    action: 'scale',
    cluster: connection.cluster,
    subject,
    replicas: question.replicas,
  }));
}
