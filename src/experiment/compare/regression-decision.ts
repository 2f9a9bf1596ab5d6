/**
 * Whether a comparison lets a change pass: every directed measure of every branch has a say, and so has the share of runs
 * that collapsed, cascaded, recovered. Each says so at the stated confidence on its own: of many measures that do not differ
 * at all, some will seem to at 95%, and more often than one would.
 */
import { ENDS, type End } from '../replicate/branch-statistics.js';
import type { Comparison, VersusBaseline } from './compare.js';
import type { RegressionRuling } from './regression.js';

export interface RegressionDecision {
	/** fail: something regressed · inconclusive: nothing did, and something is undecided, or nothing could be judged */
	readonly verdict: 'pass' | 'fail' | 'inconclusive';
	readonly regressed: readonly NamedMetric[];
	readonly undecided: readonly NamedMetric[];
	/** about how many pairs more would decide all that is undecided; null where no number would */
	readonly further: number | null;
}

export interface NamedMetric {
	readonly label: string;
	/** a quantity, or "P(collapsed)" */
	readonly measure: string;
}

export function regressionDecision({ others, measures }: Comparison): RegressionDecision {
	const rulings = others.flatMap((other) => rulingsOf(other, measures));
	const those = (verdict: RegressionRuling['verdict']) => rulings.filter(({ ruling }) => ruling.verdict === verdict);
	const [regressed, undecided] = [those('regressed'), those('undecided')];
	const judged = regressed.length + undecided.length + those('holds').length;
	const furthers = undecided.map(({ ruling }) => ruling.further);
	return {
		verdict: regressed.length > 0 ? 'fail' : undecided.length > 0 || judged === 0 ? 'inconclusive' : 'pass',
		regressed: regressed.map(({ said }) => said),
		undecided: undecided.map(({ said }) => said),
		further: furthers.reduce<number | null>(
			(most, one) => (most === null || one === null ? null : Math.max(most, one)),
			furthers.length === 0 ? null : 0,
		),
	};
}

function rulingsOf({ side: { label }, pairs, measures, ends }: VersusBaseline, names: readonly string[]) {
	const measureRulings = names.flatMap((name) => {
		const found = measures.get(name);
		return found === undefined ? [] : [{ said: { label, measure: name }, ruling: found.ruling }];
	});
	return [
		...ENDS.map((end) => ({ said: { label, measure: `P(${end})` }, ruling: endRuling(end, ends[end].ruling, pairs) })),
		...measureRulings,
	];
}

/** Every run collapses or does not: where no pair tells, the runs are undecided, which is no pass. Not every run has something to recover from. */
const endRuling = (end: End, ruling: RegressionRuling, pairs: number): RegressionRuling =>
	end === 'collapsed' && pairs > 0 && ruling.finding === 'unmeasured' ? { ...ruling, verdict: 'undecided' } : ruling;
