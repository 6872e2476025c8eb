import { count } from '../../../answers/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { applySteps, oneNamespace } from '../../../operations/change/index.ts';
import { planHead } from '../../../servers/mcp/index.ts';
import { sayJson, type CommandCall } from '../command.ts';
import { atDesk, oneWord, showPlan, type Desk } from './desk.ts';
import { readFiles } from './files.ts';

/** Makes a plan of manifests, shows one, or lists those that wait. */
export async function plan(call: CommandCall): Promise<number> {
  const file = call.flags['file'];
  return atDesk(call, async (desk) => {
    if (typeof file === 'string') return planFiles(call, [file, ...call.words], desk);
    if (call.flags['force'] !== undefined || call.flags['prune'] !== undefined) {
      throw new UsageError('There are no manifests to plan.', {
        code: 'usage',
        advice: 'Name them: fairlead plan -f manifests/',
      });
    }
    return call.words.length === 0 ? listPlans(call, desk) : showPlan(call, await desk.changes.get(oneWord(call, 'plan')), desk);
  });
}

async function planFiles(call: CommandCall, paths: readonly string[], desk: Desk): Promise<number> {
  const { changes, context, signal } = desk;
  const connection = await context.connect();
  const prune = call.flags['prune'];
  const steps = await applySteps(connection, {
    manifests: await readFiles(paths),
    namespace: oneNamespace(context.scope(undefined, connection)),
    force: call.flags['force'] === true,
    prune: typeof prune === 'string' ? prune : undefined,
  });
  return showPlan(call, await changes.plan(steps, { author: { origin: 'cli' }, signal }), desk);
}

async function listPlans(call: CommandCall, { changes }: Desk): Promise<number> {
  const open = await changes.open();
  if (call.json)
    sayJson(
      call,
      open.map(({ id, digest, author, expiresAt }) => ({ id, digest, author, expires_at: expiresAt })),
    );
  else
    call.terminal.say(
      `${count(open.length, 'plan')} waiting.`,
      ...open.map((each) => `${planHead(each)} By ${each.author.origin}.`),
    );
  return 0;
}
