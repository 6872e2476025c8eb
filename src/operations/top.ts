export { topNodes, type NodesTop, type NodeTop } from './top-nodes.ts';
export type { TopOrder, TopQuestion } from './top-list.ts';
export { topPods, type ContainerTop, type PodsTop, type PodTop } from './top-pods.ts';
