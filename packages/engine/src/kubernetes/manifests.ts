import type { V1Job, V1NetworkPolicy, V1PodSpec } from '@kubernetes/client-node'
import type { TaskResources } from '../cluster/task-resources.js'
import { CANARY } from './canary.js'
import type { PodParams } from './pod-params.js'

/** One Job of ours. */
export interface JobParams extends PodParams, TaskResources {
  name: string
  /** Of the job in the spool. */
  key: string
  tasks: number
}

/** On every pod of ours; the policy that cuts the network goes by it. */
export const LABELS = { 'app.kubernetes.io/managed-by': 'gristmill' } as const
/** Where a pod finds its job: nothing of others is mounted. */
const JOB_DIRECTORY = '/job'
/** What is over is kept for an hour. */
const TTL_SECONDS = 3_600
/** Of a canary, the pull of its image included. */
const CANARY_SECONDS = 170

/** An Indexed Job: as many pods as tasks, each without network, rights, or anything to write to but its job. */
export function jobManifest(params: JobParams): V1Job {
  const { name, key, tasks, seconds, memoryMiB, cpus, claim, claimPath, command = ['gristmill-engine-task'] } = params
  const pod = podSpec(params, [...command, JOB_DIRECTORY], { memory: `${memoryMiB}Mi`, cpu: String(cpus) })
  pod.containers[0]!.volumeMounts = [
    { name: 'spool', mountPath: JOB_DIRECTORY, subPath: [claimPath, 'jobs', key].filter(Boolean).join('/') },
    { name: 'tmp', mountPath: '/tmp' },
  ]
  pod.volumes = [
    { name: 'spool', persistentVolumeClaim: { claimName: claim } },
    { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
  ]
  return job(name, pod, tasks, seconds)
}

/** A Job that has to fail: it tries to reach the network. */
export function canaryManifest(name: string, params: PodParams): V1Job {
  const pod = podSpec(params, ['node', '-e', CANARY], { memory: '128Mi', cpu: '100m' })
  const canary = job(name, pod, 1, CANARY_SECONDS)
  return { ...canary, spec: { ...canary.spec!, backoffLimit: 0 } }
}

/** Denies pods of ours every connection, in and out. */
export function policyManifest(): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'gristmill-deny-all', labels: { ...LABELS } },
    spec: { podSelector: { matchLabels: { ...LABELS } }, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] },
  }
}

function job(name: string, pod: V1PodSpec, tasks: number, seconds: number): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: { ...LABELS } },
    spec: {
      completionMode: 'Indexed',
      completions: tasks,
      parallelism: tasks,
      backoffLimit: 2 * tasks,
      activeDeadlineSeconds: seconds,
      ttlSecondsAfterFinished: TTL_SECONDS,
      // A node that goes away is nobody's failure.
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: { metadata: { labels: { ...LABELS } }, spec: pod },
    },
  }
}

function podSpec(params: PodParams, command: string[], resources: Record<'memory' | 'cpu', string>): V1PodSpec {
  const { image, runtimeClass, nodeSelector, uid, gid } = params
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'task',
        image,
        command,
        resources: { requests: { ...resources }, limits: { ...resources } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          privileged: false,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  }
}
