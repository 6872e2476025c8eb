/** Ways to what listens in pods: single requests, and ports of this machine. */
export type { ForwardTarget } from './backend.ts';
export { askOverHttp, type HttpAnswer, type HttpQuestion } from './http.ts';
export { listen, type Forward, type ListenOptions } from './listen.ts';
