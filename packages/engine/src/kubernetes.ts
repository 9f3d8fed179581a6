export { type KubernetesEngineParams, openKubernetesEngine } from './kubernetes/kubernetes-engine.js'
export type { PodParams } from './kubernetes/manifests.js'
