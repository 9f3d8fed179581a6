export { type KubernetesEngineParams, openKubernetesEngine } from './kubernetes/kubernetes-engine.js'
export type { PodParams } from './kubernetes/pod-params.js'
