import type { DraftObject } from '../../practice/model.ts';

/** An object for which tables have a rule of their own, with the status that shows it. */
export interface Sample extends DraftObject {
  readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] };
}

/** One of every operator. */
export const selector = (name: string) => ({
  matchLabels: { app: name },
  matchExpressions: [
    { key: 'zone', operator: 'NotIn', values: ['b', 'a'] },
    { key: 'canary', operator: 'DoesNotExist' },
    { key: 'app', operator: 'Exists' },
    { key: 'app', operator: 'In', values: [name] },
  ],
});
