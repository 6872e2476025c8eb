import * as z from 'zod';

import type { ChangeRuleOptions } from '../../access/index.ts';

const names = (description: string): z.ZodType<readonly string[]> =>
  z.array(z.string().trim().min(1)).min(1).meta({ description });

/** One rule about whose word a change needs. Only a file can say it: on a command line nobody would read it again. */
const rule = z
  .strictObject({
    clusters: names('In these clusters; prod-* is a pattern. Missing: in all.').optional(),
    namespaces: names('In these namespaces; a Namespace object counts as being in itself. Missing: everywhere.').optional(),
    kinds: names(
      'Of these kinds, as kubectl has them: secrets, deployments.apps, *.rbac.authorization.k8s.io. Missing: of all.',
    ).optional(),
    verbs: z
      .array(z.enum(['create', 'patch', 'delete']))
      .min(1)
      .meta({ description: 'What is done to them; an apply is create or patch, an eviction delete. Missing: anything.' })
      .optional(),
    require: z
      .enum(['plan', 'human', 'deny'])
      .meta({ description: 'plan: a confirmed plan, also in mode direct. human: a person who confirms it. deny: never.' }),
  })
  .meta({ description: 'A part that is missing fits everything.' });

export const changeRules: z.ZodType<readonly ChangeRuleOptions[]> = z
  .array(rule)
  .min(1)
  .meta({ description: 'Rules about changes. They only tighten the mode; of those that fit, the strictest holds.' });
