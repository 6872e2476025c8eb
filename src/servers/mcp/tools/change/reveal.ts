import { createHash } from 'node:crypto';

import { blocks, fence, FENCE_TOKENS, fill, objectLines, plain, type Answer } from '../../../../answers/index.ts';
import { secretKeys, secretValues } from '../../../../operations/change/index.ts';
import { UsageError } from '../../../../platform/index.ts';
import type { Asked, ToolContext } from '../../tool.ts';

/** A Secret whose values somebody wants to see. */
interface Wanted {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The values of a Secret, for an operator that grants `secrets` and a person who allows it: each time, and only where a
 * client can ask one.
 * @throws UsageError without the permission, and without a person
 */
export async function revealSecret(wanted: Wanted, context: ToolContext): Promise<Answer | Asked> {
  // Nobody is asked for what the operator does not grant.
  const connection = await context.reveal(wanted.cluster);
  const { person } = context;
  const where = `Secret ${wanted.namespace}/${wanted.name} of cluster ${connection.cluster}`;
  const digest = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
  if (person === undefined) {
    throw new UsageError(`The values of ${where} are shown only when a person allows it, and this client cannot ask one.`, {
      code: 'needs-person',
      advice: 'kubectl shows them to a person; a workload reads them by its own service account.',
    });
  }
  if (person.reply === undefined) return { question: await questionAbout(wanted, where, digest, context) };
  if (person.reply.said !== 'accepted' || person.reply.digest !== digest) {
    throw new UsageError(`The values of ${where} are not shown: the person did not allow it.`, { code: 'refused' });
  }
  const values = await secretValues(connection, wanted);
  return {
    text(budget) {
      const head = budget.spend(`${where}, shown because a person has allowed it:`);
      const release = budget.reserve(FENCE_TOKENS);
      const told = fill(objectLines(values), (line) => line, budget);
      release();
      return blocks(head, fence(told.text));
    },
    data: () => plain({ ...wanted, values }),
  };
}

async function questionAbout(wanted: Wanted, where: string, digest: string, context: ToolContext): Promise<Asked['question']> {
  const { keys } = await secretKeys(await context.connect(wanted.cluster), wanted);
  const message = blocks(
    `Show the values of ${where} to the agent? They will stand in its transcript.`,
    `Digest ${digest.slice(0, 12)}. Keys:`,
    ...objectLines(keys.map(({ key }) => key)).map((line) => `  ${line}`),
  );
  return { plan: `${wanted.namespace}/${wanted.name}`, digest, title: 'Show the values', message };
}
