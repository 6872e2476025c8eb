import { isResourceRequest, type ApiRequest, type Gate, type Place, type ResourceRequest } from '../kubernetes/index.ts';
import { quoted, systemClock, type Clock } from '../platform/index.ts';
import { auditLine, type Audit } from './audit.ts';
import { isMutating } from './connects.ts';
import { PolicyError } from './errors.ts';
import { RULES } from './gate-rules.ts';
import { withRowObjects } from './namespace-rule.ts';
import type { Policy } from './policy.ts';
import { sayRequest } from './refusal.ts';
import { pathAllowed } from './request-shape.ts';

/**
 * The one place that every request of every connection passes.
 * @param audit gets a line about every request
 */
export function createGate(policy: Policy, audit: Audit, clock: Pick<Clock, 'now'> = systemClock): Gate {
  return {
    admit(request, place, call) {
      if (!isResourceRequest(request)) {
        if (pathAllowed(request)) return request;
        const what = `reading ${quoted(request.nonResource, 120)}${inCluster(place)}`;
        throw new PolicyError('path', `Refused by policy: ${what}: it is not among the paths that may be read.`, {
          advice: 'Discovery, schemas and health may be read: /api, /apis, /openapi/v3, /version, /readyz, /livez, /healthz.',
        });
      }
      for (const rule of RULES) {
        const refusal = rule.refuses(request, policy, place, call);
        if (refusal === undefined) continue;
        const setting = refusal.setting === undefined ? undefined : policy.settingNames[refusal.setting];
        const where = setting === undefined ? '' : ` (set by ${setting})`;
        throw new PolicyError(
          rule.rule,
          `Refused by policy: ${sayRequest(request)}${inCluster(place)}: ${refusal.because}${where}.`,
          {
            setting,
            advice: refusal.advice,
          },
        );
      }
      return withRowObjects(policy.dryRun || request.dryRun === true ? inDryRun(request) : request, policy);
    },
    settled(request, place, call, outcome) {
      if (!audit.enabled) return;
      const { commands = true } = audit;
      audit.write(auditLine(request, place, call, outcome, { dryRun: isDryRun(request, policy), time: clock.now(), commands }));
    },
  };
}

/** Marks a change as a dry run; a read stays what it is. */
function inDryRun(request: ResourceRequest): ResourceRequest {
  if (!isMutating(request)) return request;
  const marked = { ...request, dryRun: true };
  const deletes = request.verb === 'delete' || request.verb === 'deletecollection';
  if (!deletes || request.body === undefined) return marked;
  // The API server reads DeleteOptions from the body *instead of* the query, so `?dryRun=All` beside a body is lost.
  const options = typeof request.body === 'object' ? request.body : {};
  return { ...marked, body: { ...options, apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] } };
}

function isDryRun(request: ApiRequest, policy: Policy): boolean {
  return isResourceRequest(request) && isMutating(request) && (policy.dryRun || request.dryRun === true);
}

function inCluster(place: Place): string {
  return ` (cluster ${place.cluster})`;
}
