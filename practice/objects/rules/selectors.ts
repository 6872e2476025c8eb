import { labelSelector } from '../label-selectors.ts';
import { fieldsOf, isEmpty, isFields, listOf, textOf } from '../values.ts';
import { qualifiedName } from './formats.ts';
import { checkLabels } from './meta.ts';
import { each, fields, format, given, type Rule } from './rule.ts';

const expression: Rule = (found, path, value) => {
  const { key, operator, values } = fieldsOf(value);
  const any = listOf(values).length > 0;
  if (operator === 'In' || operator === 'NotIn') {
    if (!any) found.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (any) found.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    found.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
  format(qualifiedName)(found, `${path}.key`, key, {});
};

/** A label selector as objects hold it. */
export const selector: Rule = (found, path, value) => {
  checkLabels(found, `${path}.matchLabels`, fieldsOf(value)['matchLabels']);
  each(expression)(found, `${path}.matchExpressions`, fieldsOf(value)['matchExpressions'], {});
};

const nodeExpression: Rule = (found, path, value) => {
  const { operator, values } = fieldsOf(value);
  const count = listOf(values).length;
  if ((operator === 'In' || operator === 'NotIn') && count === 0) {
    found.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0) {
    found.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if ((operator === 'Gt' || operator === 'Lt') && count !== 1) {
    found.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else if (!['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'].includes(textOf(operator))) {
    found.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
};

export const nodeSelectorTerms: Rule = each(fields({ matchExpressions: each(nodeExpression) }));

/** The selector of a workload: it is there, means something, and takes the pods of its own template. */
export const workloadSelector =
  (emptyWords: string): Rule =>
  (found, path, value, spec) => {
    const before = found.causes.length;
    if (!isFields(value)) found.required(path);
    else {
      given(selector)(found, path, value, spec);
      if (isEmpty(value)) found.invalid(path, value, emptyWords);
    }
    if (isFields(value) && found.causes.length > before && !isEmpty(value)) found.invalid(path, value, 'invalid label selector');
    else templateMatches(found, path.replace(/selector$/, 'template.metadata.labels'), value, spec);
  };

const templateMatches: Rule = (found, path, value, spec) => {
  const labels = fieldsOf(fieldsOf(spec['template'])['metadata'])['labels'];
  if (isFields(value) && isEmpty(value)) return;
  if (!labelSelector(value)(fieldsOf(labels) as Readonly<Record<string, string>>)) {
    found.invalid(path, labels, '`selector` does not match template `labels`');
  }
};
