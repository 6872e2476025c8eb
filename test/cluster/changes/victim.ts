/**
 * Plans and applies a change, and dies at the moment that it is told: right after the plan is made, and after each request
 * to the cluster and each write to the disk from there on, answer or not. Arguments: kubeconfig, context, folder, steps as
 * JSON, the number of the moment.
 */
import { createRequire } from 'node:module';
import type { StatementSync } from 'node:sqlite';

import type { Step } from '../../../src/changes/index.ts';
import { Connection } from '../../../src/kubernetes/index.ts';
import { agent, author, changesHouse } from '../../support/changes.ts';

const [kubeconfig = '', context = '', folder = '', steps = '', moment = ''] = process.argv.slice(2);
const { StatementSync: Statement } = createRequire(import.meta.url)('node:sqlite') as {
  readonly StatementSync: { readonly prototype: StatementSync };
};

await using house = await changesHouse({ kubeconfig, context, folder });
const plan = await house.changes.plan(JSON.parse(steps) as Step[], { author });
let passed = 0;
const point = (): void => {
  if (passed++ === Number(moment)) process.kill(process.pid, 'SIGKILL');
};

/** Has a method of all objects of a class pass a point each time that it has done its work. */
function pointAfter<Name extends string>(prototype: Readonly<Record<Name, unknown>>, name: Name): void {
  const method = prototype[name] as (this: unknown, ...given: unknown[]) => unknown;
  const passing = function (this: unknown, ...given: unknown[]): unknown {
    const result = method.apply(this, given);
    if (!(result instanceof Promise)) point();
    return result instanceof Promise ? result.finally(point) : result;
  };
  Object.defineProperty(prototype, name, { value: passing });
}
pointAfter(Connection.prototype, 'request');
pointAfter(Statement.prototype, 'run');

point();
await house.changes.apply(plan.id, agent);
