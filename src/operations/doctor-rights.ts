import type { Connection } from '../kubernetes/index.ts';
import { checkAccess, listRules, whoAmI, type AccessRules } from './can-i.ts';
import type { Check, MissingRight, RightsFound, ToolNeed, ToolStanding } from './doctor-facts.ts';

/**
 * A namespace that nobody has: the rules of a place without role bindings are those that hold everywhere. The API server
 * lists rules by namespace, and does not mind whether it exists.
 */
const NOWHERE = 'fairlead-doctor-no-such-namespace';

/** Single questions where rules cannot be listed; a server should not be asked more for one visit. */
const MOST_QUESTIONS = 100;

/** How a permission is held. */
type Held = 'everywhere' | 'namespace' | 'no';

/**
 * Which tools this identity can use, and what the others miss. Two lists of rules answer it; where an authoriser cannot
 * list its rules (a webhook), what seems to be missing is asked one by one.
 * @param needs what the tools need
 * @param namespace the one that questions are about when they name none
 */
export async function findRights(connection: Connection, needs: readonly ToolNeed[], namespace: string): Promise<RightsFound> {
  const [user, everywhere, within] = await Promise.all([
    whoAmI(connection),
    listRules(connection, NOWHERE),
    listRules(connection, namespace),
  ]);
  const held = new Map<string, Held>();
  for (const need of needs) {
    const key = keyOf(need);
    if (gives(everywhere, need)) held.set(key, 'everywhere');
    else held.set(key, need.namespaced && gives(within, need) ? 'namespace' : 'no');
  }
  const doubtful = everywhere.incomplete || within.incomplete;
  const lacking = uniqueNeeds(needs).filter((need) => held.get(keyOf(need)) !== 'everywhere');
  if (doubtful) await askSingly(connection, lacking.slice(0, MOST_QUESTIONS), namespace, held);
  return {
    user: user?.user,
    tools: standingsOf(needs, held),
    missing: missingOf(needs, held, namespace),
    useless: needs.length > 0 && needs.every((need) => held.get(keyOf(need)) === 'no'),
    uncertain: doubtful && lacking.length > MOST_QUESTIONS,
  };
}

async function askSingly(
  connection: Connection,
  needs: readonly ToolNeed[],
  namespace: string,
  held: Map<string, Held>,
): Promise<void> {
  const questions = needs.map((need) => {
    const [resource = '', subresource = ''] = need.resource.split('/');
    return { action: { verb: need.verb, group: need.group, version: '*', resource, subresource, namespaced: need.namespaced } };
  });
  const anywhere = await checkAccess(connection, questions);
  for (const [index, need] of needs.entries()) if (anywhere[index]?.allowed === true) held.set(keyOf(need), 'everywhere');
  const left = needs.filter((need) => need.namespaced && held.get(keyOf(need)) === 'no');
  const within = await checkAccess(
    connection,
    questions.filter((_, index) => left.some((need) => need === needs[index])).map((question) => ({ ...question, namespace })),
  );
  for (const [index, need] of left.entries()) if (within[index]?.allowed === true) held.set(keyOf(need), 'namespace');
}

/** True when one of the rules gives it for every object. */
function gives({ resources }: AccessRules, { verb, group, resource }: ToolNeed): boolean {
  const [, subresource] = resource.split('/');
  const names = new Set(['*', resource, ...(subresource === undefined ? [] : [`*/${subresource}`])]);
  return resources.some(
    (rule) =>
      rule.names.length === 0 &&
      (rule.group === '*' || rule.group === group) &&
      (rule.verbs.includes('*') || rule.verbs.includes(verb)) &&
      rule.resources.some((given) => names.has(given)),
  );
}

function keyOf({ verb, group, resource }: ToolNeed): string {
  return `${verb} ${resource}.${group}`;
}

function uniqueNeeds(needs: readonly ToolNeed[]): ToolNeed[] {
  return [...new Map(needs.map((need) => [keyOf(need), need])).values()];
}

function standingsOf(needs: readonly ToolNeed[], held: ReadonlyMap<string, Held>): RightsFound['tools'] {
  return [...Map.groupBy(needs, ({ tool }) => tool)].map(([tool, own]) => {
    const wayOf = (need: ToolNeed): Held => held.get(keyOf(need)) ?? 'no';
    const vital = own.filter(({ optional }) => !optional).map(wayOf);
    if (vital.length > 0 && vital.every((way) => way === 'no')) return { tool, standing: 'none' as const };
    return { tool, standing: standingOf(own.map(wayOf)) };
  });
}

function standingOf(ways: readonly Held[]): ToolStanding {
  if (ways.every((way) => way === 'everywhere')) return 'all';
  return ways.every((way) => way !== 'no') ? 'namespace' : 'part';
}

function missingOf(needs: readonly ToolNeed[], held: ReadonlyMap<string, Held>, namespace: string): MissingRight[] {
  return [...Map.groupBy(needs, keyOf)].flatMap(([key, of]) => {
    const [need] = of;
    const way = held.get(key);
    if (need === undefined || way === 'everywhere') return [];
    const { verb, group, resource } = need;
    const tools = of.map(({ tool }) => tool);
    return [{ verb, group, resource, tools, ...(way === 'namespace' && { onlyIn: namespace }) }];
  });
}

/**
 * What the rights come to.
 * @param tools how many there are, those that need nothing included
 */
export function judgeRights(found: RightsFound, tools: number): Check {
  const name = 'rights' as const;
  const of = (standing: ToolStanding): readonly string[] =>
    found.tools.filter((entry) => entry.standing === standing).map(({ tool }) => tool);
  const [none, part, narrow] = [of('none'), of('part'), of('namespace')];
  const full = tools - none.length - part.length - narrow.length;
  if (full === tools) return { name, verdict: 'ok', says: `all ${tools} tools work, in all namespaces` };
  const [place] = [...new Set(found.missing.flatMap(({ onlyIn }) => onlyIn ?? []))];
  const says = [
    `${full} of ${tools} tools work in full`,
    ...(narrow.length > 0 && place !== undefined ? [`in namespace ${place} only: ${narrow.join(', ')}`] : []),
    ...(part.length > 0 ? [`in part: ${part.join(', ')}`] : []),
    ...(none.length > 0 ? [`not at all: ${none.join(', ')}`] : []),
  ].join('; ');
  const mend = 'An administrator can give what is missing: fairlead rbac prints the roles.';
  return { name, verdict: found.useless ? 'problem' : 'warning', says, more: missingLines(found), mend };
}

/** Resources told in one line; all of them stand in the JSON. */
const TOLD = 8;

/** `may not: list nodes, get pods/log`, `may only in default: list pods`. */
function missingLines({ missing, uncertain }: RightsFound): string[] {
  const byPlace = [...Map.groupBy(missing, ({ onlyIn }) => onlyIn ?? '')].toSorted(([a], [b]) => a.length - b.length);
  const lines = byPlace.map(([place, of]) => {
    const byResource = Map.groupBy(of, ({ resource, group }) => `${resource}${group === '' ? '' : `.${group}`}`);
    const all = [...byResource].map(([resource, rights]) => `${rights.map(({ verb }) => verb).join('/')} ${resource}`);
    const more = all.length > TOLD ? ` and ${all.length - TOLD} more` : '';
    return `${place === '' ? 'may not' : `may only in ${place}`}: ${all.slice(0, TOLD).join(', ')}${more}`;
  });
  return uncertain ? [...lines, 'the server cannot list all rules, so more may be allowed'] : lines;
}
