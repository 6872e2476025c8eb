import { checkWord } from '../../../../changes/index.ts';
import { defineReviewed } from './change-tool.ts';
import { applied, conclude } from './review.ts';
import { questionAbout } from './question.ts';

export const confirmTool = defineReviewed({
  name: 'kube_confirm',
  title: 'Confirm a plan',
  description: 'Apply a plan; a person is asked where the client can.',
  arguments: { plan: { type: 'string', required: true, maxLength: 40, description: 'its id' } },
  needs: [],
  given: 'what the tool needs that made the plan',
  async run({ plan: id }, context) {
    const changes = await context.changes();
    const { person, session } = context;
    if (person?.reply !== undefined) return conclude(context, changes, person.reply);
    const plan = await changes.get(id);
    const word = { who: 'agent', via: 'kube_confirm' } as const;
    // Nobody is bothered with a plan that this agent could not confirm whatever they say.
    checkWord({ ...plan, needs: 'agent' }, { ...word, session: session.id });
    if (person !== undefined && plan.needs !== 'nobody' && !plan.dryRun) return { question: questionAbout(plan) };
    return applied(context, changes, id, word);
  },
});
