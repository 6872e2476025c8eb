import { textAt, type Call, type Place, type ResourceRequest } from '../kubernetes/index.ts';
import { didYouMean } from '../platform/index.ts';
import { changeVerbsOf, demandOn } from './change-rules.ts';
import { connectOf, grantNeededBy, isMutating, realDespiteDryRun } from './connects.ts';
import type { PolicyRule } from './errors.ts';
import { namespaceRefusal } from './namespace-rule.ts';
import { kindAllowed, verbAllowed } from './permits.ts';
import type { Policy } from './policy.ts';
import { holdsMarker } from './redact/marker.ts';
import { isReview, sayKind, type Refusal } from './refusal.ts';
import { flawOf, isNamespaces } from './request-shape.ts';
import { isCovered } from './warrants/warrant.ts';

interface Rule {
  readonly rule: PolicyRule;
  /** Undefined when the rule has nothing against the request. */
  refuses(request: ResourceRequest, policy: Policy, place: Place, call: Call): Refusal | undefined;
}

/**
 * All that can be said against a request about objects, in this order. Deny always wins, since every rule must be
 * content.
 */
export const RULES: readonly Rule[] = [
  {
    rule: 'malformed',
    refuses: (request) => {
      const flaw = flawOf(request);
      return flaw === undefined ? undefined : { because: flaw, advice: 'Name one resource, and one object by its plain name.' };
    },
  },
  {
    rule: 'mode',
    refuses: (request, policy) =>
      policy.mode === 'read-only' && isMutating(request)
        ? {
            because: connectOf(request)?.reason ?? 'only reading is allowed',
            setting: 'mode',
            advice: `Reading is allowed. The operator can allow changes with ${policy.settingNames.mode} plan or direct.`,
          }
        : undefined,
  },
  {
    rule: 'permission',
    refuses: (request, policy) => {
      const need = grantNeededBy(request);
      if (need === undefined || policy.permissions.has(need.permission)) return undefined;
      return {
        because: `it needs the permission "${need.permission}": ${need.reason}`,
        setting: 'allowedOperations',
        advice: `The operator can grant it with ${policy.settingNames.allowedOperations} ${need.permission}.`,
      };
    },
  },
  {
    rule: 'operations',
    refuses: (request, policy) =>
      // A review is a question about rights, whatever its verb; a connection is granted by its permission.
      isReview(request) || connectOf(request) !== undefined || verbAllowed(policy, request.verb)
        ? undefined
        : {
            because: `the verb "${request.verb}" is not among the allowed operations`,
            setting: 'allowedOperations',
            advice: `Allowed: ${[...(policy.verbs ?? [])].join(', ')}.`,
          },
  },
  {
    rule: 'dry-run',
    refuses: (request, policy) => {
      if (!policy.dryRun && request.dryRun !== true) return undefined;
      const reason = realDespiteDryRun(request);
      if (reason === undefined) return undefined;
      return {
        because: `there is no dry run of it: ${reason}`,
        ...(policy.dryRun && { setting: 'dryRun' }),
        advice: 'Ask without dry-run.',
      };
    },
  },
  {
    rule: 'kinds',
    refuses: (request, policy) => (isReview(request) || kindAllowed(policy, request) ? undefined : kindRefusal(request, policy)),
  },
  { rule: 'namespaces', refuses: namespaceRefusal },
  { rule: 'plan', refuses: planRefusal },
  {
    rule: 'redacted-body',
    refuses: (request) =>
      isMutating(request) && holdsMarker(request.body)
        ? {
            because: 'its body holds "<redacted…>", which stands for a value that was hidden here and would now overwrite it',
            advice: 'Send only the fields that change, as a patch or by server-side apply.',
          }
        : undefined,
  },
];

/** A change that is stored for good passes when the mode and the rules about changes let it, or a confirmed plan holds it. */
function planRefusal(request: ResourceRequest, policy: Policy, place: Place, call: Call): Refusal | undefined {
  const stored = isMutating(request) && connectOf(request) === undefined && !policy.dryRun && request.dryRun !== true;
  if (!stored) return undefined;
  const namespace =
    request.namespace ?? (isNamespaces(request) ? (request.name ?? textAt(request.body, 'metadata', 'name')) : undefined);
  const demanded = demandOn(policy.changes, { cluster: place.cluster, kind: request, namespace, verbs: changeVerbsOf(request) });
  if (demanded?.demand === 'deny') return { because: demanded.because, advice: 'It is never done here, whoever confirms it.' };
  if ((policy.mode === 'direct' && demanded === undefined) || isCovered(request, place, call)) return undefined;
  return {
    because:
      demanded === undefined
        ? 'a change needs a plan that was confirmed'
        : `${demanded.because}, so that a plan has to be confirmed first`,
    ...(demanded === undefined && { setting: 'mode' as const }),
    advice: 'Make a plan of it first; once it is confirmed it is applied.',
  };
}

function kindRefusal(request: ResourceRequest, policy: Policy): Refusal {
  const { allow, deny } = policy.kinds;
  const kind = sayKind(request);
  const denied = deny.find((pattern) => pattern.matches(request));
  if (denied !== undefined) {
    return {
      because: `${kind} is denied by "${denied.text}"`,
      setting: 'kinds.deny',
      advice: 'Ask about other kinds; the operator has closed this one.',
    };
  }
  const allowed = (allow ?? []).map((pattern) => pattern.text);
  const close = didYouMean(request.resource, allowed);
  return {
    because: `${kind} is not among the allowed kinds${close}`,
    setting: 'kinds.allow',
    advice: `Allowed: ${allowed.join(', ')}.`,
  };
}
