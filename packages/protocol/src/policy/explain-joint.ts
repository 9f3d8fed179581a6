import { JOINT_ORDERS_MAX } from '../joint-run.js'
import type { AlgorithmTerms } from './algorithm-terms.js'
import type { Policy } from './policy.js'

/** With what other listings a run may have data under a policy, and what that does to its promises. */
export function explainJoint({ privacy, algorithms, release }: Policy): string[] {
  return [
    `A joint run learns from the rows of up to ${JOINT_ORDERS_MAX} listings at once, one that sells an algorithm counted. All their policies have to be this very one, to the last byte, or the run is refused; so nobody's rows leave under rules that another one has.`,
    privacy.mode === 'none'
      ? 'A listing with a privacy mode can never be joined with this one: the noise that its rows were promised would be missing.'
      : `So a listing without a privacy mode, or with another epsilon, can never be joined with this one: the model that leaves has the noise of this policy, and each listing's budget is charged its epsilon in full.`,
    `Every listing's budget is charged the whole run, checks are made for each one's rows alone too, and ${release.airlock === 'auto' ? 'nobody is asked' : 'those of every listing have to approve, and one who refuses keeps the model from all'}.`,
    algorithms.some(({ runtime }) => runtime === 'trainer')
      ? "Only the datatrust's trainers may run, so no listing that sells an algorithm can be in a run."
      : 'One of the listings may sell an algorithm: if it is one of those above. Then the sponsor need not have it, and its maker is paid too; it has no rows and no budget, and its ranges of parameters bind as well as these.',
  ]
}

/** What a listing that sells an algorithm is, in plain words. */
export function explainAlgorithmTerms({ algorithm: { digest, runtime, parameters } }: AlgorithmTerms): string[] {
  const ranges = Object.entries(parameters).map(([name, { min, max }]) => `${name} from ${min} to ${max}`)
  return [
    `This listing is the ${runtime} algorithm ${digest}, sold by the run ${ranges.length === 0 ? 'without parameters' : `with ${ranges.join(', ')}`}.`,
    'It has no rows: no policy, no budget, nothing of it can leak rows. It runs on listings of data alone, in a joint run, and only on those whose policy allows that digest; what may leave is what their policy says, whatever this listing does.',
    'The datatrust runs it and hands it to nobody, but can read it, as it can read data; and a policy that allows the digest also lets a sponsor run it who has the file from elsewhere, without paying this listing.',
  ]
}
