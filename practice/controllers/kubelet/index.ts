export { startKubelets } from './kubelets.ts';
