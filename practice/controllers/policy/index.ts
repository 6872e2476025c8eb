export { startAutoscaling } from './autoscaling.ts';
export { startDisruptionBudgets } from './disruption-budgets.ts';
