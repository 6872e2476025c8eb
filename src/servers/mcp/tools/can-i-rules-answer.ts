import { blocks, count, fill, oneLine, quote, type Answer } from '../../../answers/index.ts';
import type { AccessRules, PathRule, RuleGroup } from '../../../operations/index.ts';
import { subjectWord, whoLine, type AccessScene } from './can-i-answer.ts';
import { fittingData } from './paging.ts';

/** Everything that somebody may do in a namespace, what gives most first. */
export function rulesAnswer(rules: AccessRules, scene: AccessScene & { readonly namespace: string }): Answer {
  return {
    text(budget) {
      const said = budget.spend(blocks(headOf(rules, scene), doubtOf(rules), whoLine(scene)));
      const room = budget.reserve(20);
      const lines = [
        ...linesOf(ordered(rules.resources.filter((rule) => !isBasic(rule) && !isEverything(rule)))),
        ...pathLines(rules),
      ];
      const { text, taken } = fill(lines, (line) => oneLine(line, 3_000), budget);
      room();
      return blocks(said, text, taken < lines.length && `… ${lines.length - taken} more lines; ask with more max_tokens.`);
    },
    data(budget) {
      const all = ordered(rules.resources).map(({ verbs, group, resources, names }) => ({ verbs, group, resources, names }));
      const resources = fittingData(all, budget);
      const paths = fittingData(
        rules.paths.map(({ verbs, paths: of }) => ({ verbs, paths: of })),
        budget,
      );
      const omitted = resources.omitted + paths.omitted;
      return {
        cluster: scene.cluster,
        namespace: scene.namespace,
        user: scene.subject.user,
        groups: scene.subject.groups,
        incomplete: rules.incomplete,
        ...(rules.problem !== '' && { problem: oneLine(rules.problem, 400) }),
        resources: resources.shown,
        paths: paths.shown,
        ...(omitted > 0 && { omitted }),
      };
    },
  };
}

/** What every user may do on a cluster with the usual roles (system:basic-user, system:discovery, system:public-info-viewer). */
const BASIC_RESOURCES: ReadonlySet<string> = new Set([
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews',
]);
const BASIC_PATHS =
  /^\/(apis?(\/\*)?|openapi(\/\*)?|version\/?|healthz|livez|readyz|\.well-known\/openid-configuration\/?|openid\/v1\/jwks\/?)$/;

function isBasic({ verbs, resources }: RuleGroup): boolean {
  return verbs.join() === 'create' && resources.every((resource) => BASIC_RESOURCES.has(resource));
}

function isEverything({ verbs, group, resources, names }: RuleGroup): boolean {
  return verbs.includes('*') && group === '*' && resources.includes('*') && names.length === 0;
}

function headOf(rules: AccessRules, { subject, namespace, cluster }: Parameters<typeof rulesAnswer>[1]): string {
  const told = rules.resources.filter((rule) => !isBasic(rule));
  const resources = told.reduce((sum, rule) => sum + rule.resources.length, 0);
  const where = `in namespace ${namespace} of cluster ${cluster}`;
  const user = subjectWord(subject);
  if (told.some(isEverything)) return `${user} may do everything ${where}.`;
  if (resources === 0) return `${user} may do nothing ${where} but what everybody may: discovery, health, reviews of oneself.`;
  return `${user} may do this ${where} (${count(resources, 'resource')}; discovery, health and reviews of oneself left out).`;
}

function doubtOf({ incomplete, problem }: AccessRules): string {
  if (!incomplete) return '';
  const why = problem === '' ? '' : `: ${quote(problem, 200)}`;
  return `The server says that this list is not complete, so more may be allowed${why}. Ask about one verb and kind to be sure.`;
}

/** What gives most first. */
function ordered(rules: readonly RuleGroup[]): RuleGroup[] {
  const weight = ({ verbs, resources }: RuleGroup): number =>
    (verbs.includes('*') ? 100 : verbs.length) + (resources.includes('*') ? 50 : 0);
  return rules.toSorted((a, b) => weight(b) - weight(a));
}

/** One line a set of verbs: `get list watch: pods (log, status), services; apps: deployments (scale)`. */
function linesOf(rules: readonly RuleGroup[]): string[] {
  return [...Map.groupBy(rules, (rule) => rule.verbs.join(' '))].map(([verbs, members]) => {
    const parts = members.map(({ group, resources, names }) => {
      const what = `${groupWord(group, resources)}${withSubresources(resources).join(', ')}`;
      return names.length === 0 ? what : `${what} [only ${names.join(', ')}]`;
    });
    return `${verbs === '*' ? 'every verb' : verbs}: ${parts.join('; ')}`;
  });
}

function groupWord(group: string, resources: readonly string[]): string {
  if (group === '*') return resources.includes('*') ? '' : 'any group: ';
  return group === '' ? '' : `${group}: `;
}

/** `pods`, `pods/log`, `pods/status` as `pods (log, status)`. */
function withSubresources(resources: readonly string[]): string[] {
  const known = new Set(resources);
  const below = Map.groupBy(
    resources.filter((resource) => known.has(resource.split('/')[0] ?? '') && resource.includes('/')),
    (resource) => resource.split('/')[0] ?? '',
  );
  const parts = resources.filter((resource) => !resource.includes('/') || !known.has(resource.split('/')[0] ?? ''));
  return parts.map((resource) => {
    const subresources = (below.get(resource) ?? []).map((entry) => entry.split('/')[1] ?? '');
    const word = resource === '*' ? 'everything' : resource;
    return subresources.length === 0 ? word : `${word} (${subresources.join(', ')})`;
  });
}

/** Paths beyond those that everybody may read; none where everything may be done anyway. */
function pathLines({ resources, paths }: AccessRules): string[] {
  if (resources.some(isEverything)) return [];
  return paths.flatMap(({ verbs, paths: all }: PathRule) => {
    const told = verbs.join() === 'get' ? all.filter((path) => !BASIC_PATHS.test(path)) : all;
    return told.length === 0 ? [] : [`${verbs.includes('*') ? 'every verb' : verbs.join(' ')}: ${told.join(', ')}`];
  });
}
