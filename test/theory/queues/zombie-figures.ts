/** What is read of a run with zombie work, under the names of the oracles. */
import type { Outcome } from '../../../src/metrics/outcome.js';
import { total } from '../../support/world-builder.js';
import { type Figures, level, meanSize, perSecond, readTable, shareAtLeast, sizes } from '../support.js';

/** Rates of a world with clients who leave their work behind, by the letters of the oracles. */
export interface Rates {
	readonly lam: number;
	readonly mu: number;
	readonly c: number;
	readonly K: number;
	readonly theta: number;
	readonly p: number;
	readonly nu: number;
}

/** @param K places in all @param c workers */
export const readZombies = (exact: Figures, K: number, c: number) => (o: Outcome) => {
	const p = sizes(o);
	const served = total(o, 'wasted_us') + total(o, 'useful_us');
	const completions = total(o, 'fate_served_in_time') + total(o, 'fate_served_late');
	return {
		goodput: perSecond(o, 'succeeded'),
		succeeded: total(o, 'succeeded') / total(o, 'born'),
		attemptRate: perSecond(o, 'attempts'),
		amplification: total(o, 'attempts') / total(o, 'first_attempts'),
		rejectRate: perSecond(o, 'outcome_rejected'),
		timeoutRate: perSecond(o, 'outcome_timeout'),
		giveUpRate: perSecond(o, 'failed'),
		utilisation: level(o, 'busy_us') / c,
		wasted: total(o, 'wasted_us') / served,
		wastedCompletions: total(o, 'fate_served_late') / completions,
		inSystem: meanSize(o),
		orbit: level(o, 'backoff_us'),
		halfFull: shareAtLeast(o, K / 2),
		full: shareAtLeast(o, K),
		...readTable('p_n', exact, (n) => (n < p.length ? p[n] : 0)),
	};
};

/** The answers of an oracle under those names; work and completions: with exponential services the same share is for nobody. */
export const zombieAnswers = (answers: Figures): Record<string, number> => ({
	goodput: answers.goodput,
	succeeded: answers.success_fraction,
	attemptRate: answers.attempt_rate,
	amplification: answers.amplification,
	rejectRate: answers.reject_rate,
	timeoutRate: answers.timeout_rate,
	giveUpRate: answers.giveup_rate,
	utilisation: answers.utilisation,
	wasted: answers.wasted_work_fraction,
	wastedCompletions: answers.wasted_work_fraction,
	inSystem: answers.mean_in_system,
	orbit: answers.mean_orbit,
});
