import type { DeleteStep } from '../../changes/index.ts';
import type { Connection } from '../../kubernetes/index.ts';
import { subjectsOf, type Wanted } from './subjects.ts';

export interface DeleteQuestion extends Wanted {
  readonly propagation?: DeleteStep['propagation'];
  readonly gracePeriodSeconds?: number | undefined;
}

/** One step an object, so that the plan names each, and nothing that came meanwhile goes along. */
export async function deleteSteps(connection: Connection, question: DeleteQuestion): Promise<readonly DeleteStep[]> {
  const { subjects } = await subjectsOf(connection, question);
  const { propagation, gracePeriodSeconds } = question;
  return subjects.map((subject) => ({
    action: 'delete',
    cluster: connection.cluster,
    subject,
    ...(propagation !== undefined && { propagation }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  }));
}
