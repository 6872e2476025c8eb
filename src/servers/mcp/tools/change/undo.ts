import { defineReviewed } from './change-tool.ts';
import { review } from './review.ts';

export const undoTool = defineReviewed({
  name: 'kube_undo',
  title: 'Undo a change',
  description: 'Undo a change: plans what restores the state before it.',
  arguments: { change: { type: 'string', required: true, maxLength: 40, description: 'id from kube_changes' } },
  needs: [{ of: 'changed', verbs: ['get', 'create', 'patch', 'delete'], why: 'what was there before' }],
  async run({ change }, context) {
    const author = { origin: 'kube_undo', session: context.session.id };
    return review(context, async (changes) => ({ plan: await changes.planUndo(change, { author, signal: context.signal }) }));
  },
});
