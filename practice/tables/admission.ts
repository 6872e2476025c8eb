import { AGE, integer, NAME, printer, text } from './column.ts';

export const WEBHOOKS = printer<{ readonly webhooks?: readonly unknown[] }>([
  NAME,
  integer(
    'Webhooks',
    'Webhooks indicates the number of webhooks registered in this configuration',
    ({ webhooks }) => webhooks?.length,
  ),
  AGE,
]);

interface Policy {
  readonly spec?: {
    readonly validations?: readonly unknown[];
    readonly mutations?: readonly unknown[];
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  };
}

const PARAM_KIND = text<Policy>(
  'ParamKind',
  'ParamKind specifies the kind of resources used to parameterize this policy',
  ({ spec }) => (spec?.paramKind === undefined ? '<unset>' : `${spec.paramKind.apiVersion ?? ''}/${spec.paramKind.kind ?? ''}`),
);

export const VALIDATING_POLICY = printer<Policy>([
  NAME,
  integer(
    'Validations',
    'Validations indicates the number of validation rules defined in this configuration',
    ({ spec }) => spec?.validations?.length,
  ),
  PARAM_KIND,
  AGE,
]);

export const MUTATING_POLICY = printer<Policy>([
  NAME,
  integer(
    'Mutations',
    'Mutation indicates the number of mutations rules defined in this configuration',
    ({ spec }) => spec?.mutations?.length,
  ),
  PARAM_KIND,
  AGE,
]);

interface PolicyBinding {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: { readonly name?: string; readonly namespace?: string };
  };
}

/** A name without a namespace may mean one of every namespace. */
function paramText({ spec }: PolicyBinding): string {
  const { name = '', namespace = '' } = spec?.paramRef ?? {};
  return name === '' ? '<unset>' : `${namespace === '' ? '*' : namespace}/${name}`;
}

export const POLICY_BINDING = printer<PolicyBinding>([
  NAME,
  text(
    'PolicyName',
    'PolicyName indicates the policy definition which the policy binding binded to',
    ({ spec }) => spec?.policyName ?? '',
  ),
  text('ParamRef', 'ParamRef indicates the param resource which sets the configuration param', paramText),
  AGE,
]);
