/** What the expectations of one run came to: nothing is decided where the run was stopped. */
import type { Judgement } from '../../experiment/task/judge.js';
import type { Outcome } from '../../metrics/outcome.js';
import { BASE } from '../../scenario/variants.js';
import { type Judged, ofStopped } from '../text/judgement.js';

export interface Judgeable {
	readonly outcome: Outcome;
	readonly judgements: readonly Judgement[];
}

export function judgedRun({ outcome, judgements }: Judgeable): Judged {
	const { name, variant, stopped } = outcome;
	const verdicts = judgements.map(({ verdict }) => verdict);
	return {
		label: variant === BASE || variant === '' ? name : variant,
		verdicts: stopped === null ? verdicts : ofStopped(verdicts),
	};
}
