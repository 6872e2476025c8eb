import { blocks, headLine, oneLine, quote, table, type Answer, type Cell, type JsonObject } from '../../../answers/index.ts';
import type { AccessAnswer, Action, Subject } from '../../../operations/index.ts';
import { inAllRows } from './in-all-rows.ts';
import { fittingData } from './paging.ts';

export interface AccessScene {
  readonly cluster: string;
  /** Whose rights these are, as the API server knows them. */
  readonly subject: Subject;
  /** True when the API server itself told who that is. */
  readonly certain: boolean;
}

/** One yes or no with its reason, or several in a table, the refusals first. */
export function accessAnswer(answers: readonly AccessAnswer[], scene: AccessScene): Answer {
  const [only] = answers;
  return {
    text(budget) {
      const who = whoLine(scene);
      const head = answers.length === 1 && only !== undefined ? single(only, scene) : several(answers, scene);
      const said = budget.spend(blocks(head, who));
      if (answers.length === 1) return said;
      const room = budget.reserve(60);
      const made = table(COLUMNS, refusedFirst(answers).map(rowOf), budget);
      room();
      const missing = answers.length - made.shown;
      return blocks(
        said,
        inAllRows(made.constants, ''),
        made.text,
        missing > 0 && `… ${missing} more; ask with more max_tokens.`,
      );
    },
    data(budget) {
      const { shown, omitted } = fittingData(refusedFirst(answers).map(dataOf), budget);
      return {
        cluster: scene.cluster,
        user: scene.subject.user,
        groups: scene.subject.groups,
        allowed: answers.every((answer) => answer.allowed),
        checks: shown,
        ...(omitted > 0 && { omitted }),
      };
    },
  };
}

function refusedFirst(answers: readonly AccessAnswer[]): AccessAnswer[] {
  return answers.toSorted((a, b) => Number(a.allowed) - Number(b.allowed));
}

/** The user, or the group where only that was asked about. */
export function subjectWord({ user, groups }: Subject): string {
  return oneLine(user === '' ? `a member of ${groups[0] ?? 'no group'}` : user);
}

function single(answer: AccessAnswer, { cluster, subject }: AccessScene): string {
  const verb = answer.action.verb === '*' ? 'do everything with' : answer.action.verb;
  const what = `${subjectWord(subject)} ${answer.allowed ? 'may' : 'may not'} ${verb} ${objectOf(answer)}${placeOf(answer)} (cluster ${cluster})`;
  const superuser = answer.allowed && answer.reason === '' && subject.groups.includes('system:masters');
  const why = superuser
    ? 'Why: group system:masters may do everything.'
    : answer.reason === ''
      ? ''
      : `Why: ${quote(answer.reason, 300)}.`;
  return blocks(
    `${answer.allowed ? 'Yes' : 'No'}: ${headLine(what)}`,
    why,
    answer.problem !== '' && `An authoriser could not decide, so the answer may be wrong: ${quote(answer.problem, 200)}.`,
    !answer.allowed && !answer.denied && remedy(answer),
    answer.denied && 'An authoriser denies it outright: no Role can allow it.',
  );
}

function several(answers: readonly AccessAnswer[], { cluster, subject }: AccessScene): string {
  const allowed = answers.filter((answer) => answer.allowed).length;
  const head =
    allowed === answers.length
      ? `Yes to all ${allowed}`
      : allowed === 0
        ? `No to all ${answers.length}`
        : `Yes to ${allowed} of ${answers.length}`;
  return `${head}: what ${subjectWord(subject)} may do on cluster ${cluster}.`;
}

/** Under which groups rules were looked up; the user stands in the head line. */
export function whoLine({ subject, certain }: AccessScene): string {
  const groups = subject.groups.length === 0 ? '' : `Groups: ${subject.groups.map((group) => oneLine(group)).join(', ')}.`;
  return blocks(groups, !certain && 'The name is the configured one; this server does not tell who it takes it for.');
}

/** What an administrator would have to bind. */
function remedy({ action, namespace, name }: AccessAnswer): string {
  if ('path' in action)
    return `To allow it, an admin can bind a ClusterRole with: nonResourceURLs ["${action.path}"] verbs ["${action.verb}"].`;
  const role = action.namespaced && namespace !== undefined ? 'Role' : 'ClusterRole';
  const names = name === undefined ? '' : ` resourceNames ["${name}"]`;
  return `To allow it, an admin can bind a ${role} with: apiGroups ["${action.group}"] resources ["${resourceOf(action)}"]${names} verbs ["${action.verb}"].`;
}

function objectOf({ action, name }: AccessAnswer): string {
  if ('path' in action) return action.path;
  const group = action.group === '' || action.group === '*' ? '' : `.${action.group}`;
  const [resource, subresource] = resourceOf(action).split('/');
  const of = resource === '*' ? 'anything' : `${resource}${group}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${of}${name === undefined ? '' : ` "${name}"`}`;
}

function placeOf({ action, namespace }: AccessAnswer): string {
  if ('path' in action || !action.namespaced) return '';
  return namespace === undefined ? ' in all namespaces' : ` in namespace ${namespace}`;
}

function resourceOf(action: Exclude<Action, { path: string }>): string {
  return action.subresource === '' ? action.resource : `${action.resource}/${action.subresource}`;
}

const COLUMNS = [
  { name: 'ALLOWED', pin: true },
  { name: 'VERB', pin: true },
  { name: 'WHAT', pin: true },
  { name: 'NAMESPACE' },
  { name: 'WHY', kind: 'free', max: 160 },
] as const;

function rowOf(answer: AccessAnswer): Cell[] {
  const place = 'path' in answer.action || !answer.action.namespaced ? '' : (answer.namespace ?? '(all)');
  const why = [answer.reason, answer.problem].filter((part) => part !== '').join('; ');
  return [answer.allowed ? 'yes' : 'no', answer.action.verb, objectOf(answer), place, why];
}

function dataOf({ action, namespace, name, allowed, denied, reason, problem }: AccessAnswer): JsonObject {
  return {
    allowed,
    ...(denied && { denied }),
    ...('path' in action
      ? { verb: action.verb, path: action.path }
      : {
          verb: action.verb,
          group: action.group,
          resource: action.resource,
          ...(action.subresource !== '' && { subresource: action.subresource }),
          namespace: action.namespaced ? (namespace ?? '*') : null,
        }),
    ...(name !== undefined && { name }),
    ...(reason !== '' && { reason: oneLine(reason, 400) }),
    ...(problem !== '' && { problem: oneLine(problem, 400) }),
  };
}
