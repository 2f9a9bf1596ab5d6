/**
 * When the impact of a trigger began. What fails in calm times says what would have failed anyhow; a window shows an impact
 * only if so many failures beside so few before cannot be chance.
 */
import { logGamma } from '../../model/distributions/gamma-quantile.js';
import type { Outcome } from '../outcome.js';
import { perBucket, type Where } from './cells.js';
import { failureWindows } from './failure-windows.js';
import { IMPACT_WINDOW_US } from './recovery.js';
import { firstTrigger, sinceTrigger } from './triggers.js';

/** First attempts in calm times, and how many of them failed. */
interface Calm {
	readonly born: number;
	readonly failed: number;
}

/** Good first attempts that are taken as seen before any trigger: a world that shows little calm could have any baseline. */
const PRIOR = 100;
/** The chance of so many failures in a window without an impact; a run has hundreds of windows. */
const CHANCE = 1e-4;

/**
 * Share of first attempts that fail when nothing disturbs: over the measured window before the first trigger, or, where
 * that is shorter than 10 s, with the warm-up too; without any trigger over the warm-up, or the first 10 s. Zero where
 * none of these saw a request.
 */
export function baseline(outcome: Outcome, where: Where = {}): number | null {
	const calm = calmOf(outcome, where);
	if (calm === null) return null;
	return calm.born === 0 ? 0 : calm.failed / calm.born;
}

/**
 * Impact start: start of the first 10-s window, not before the first trigger, in which the share of first attempts that
 * failed (by birth) is above twice the baseline + 0.1 points, and in which so many failures are no chance: with the
 * failures of the calm time dealt out at random over both, at most 1 in 10,000 for so many of them in the window (Fisher's exact test).
 * The calm time counts as 100 good first attempts longer than it was, so that a single failure is no impact of anything.
 */
export function impactStart(outcome: Outcome, where: Where = {}): number | null {
	const calm = calmOf(outcome, where);
	const windows = failureWindows(outcome, where, IMPACT_WINDOW_US);
	if (calm === null || windows === null) return null;
	const share = calm.born === 0 ? 0 : calm.failed / calm.born;
	const known = { born: calm.born + PRIOR, failed: calm.failed };
	const index = windows.failed.findIndex((failed, i) => {
		if (failed === null || failed <= 2 * share + 0.001) return false;
		const born = windows.born[i];
		return chanceOf({ born, failed: Math.round(failed * born) }, known) <= CHANCE;
	});
	return index < 0 ? null : sinceTrigger(outcome, windows.first + index);
}

function calmOf(outcome: Outcome, where: Where): Calm | null {
	const failed = perBucket(outcome, where, 'first_failed_by_birth');
	const born = perBucket(outcome, where, 'born');
	if (failed === null || born === null) return null;
	const trigger = firstTrigger(outcome);
	const calmUntilUs = trigger === null ? Math.max(outcome.fromUs, IMPACT_WINDOW_US) : Math.min(trigger, outcome.toUs);
	const calmFromUs = calmUntilUs - outcome.fromUs >= IMPACT_WINDOW_US && trigger !== null ? outcome.fromUs : 0;
	const [first, end] = [calmFromUs, calmUntilUs].map((us) => Math.floor(us / outcome.bucketUs));
	const sum = (series: Float64Array): number => series.subarray(first, end).reduce((a, b) => a + b, 0);
	return { born: sum(born), failed: sum(failed) };
}

/** Fisher's exact test: that at least so many of all failures fall into the window, whoever failed being drawn at random. */
function chanceOf(window: Calm, calm: Calm): number {
	const all = window.born + calm.born;
	const failures = window.failed + calm.failed;
	const total = choices(all, failures);
	let sum = 0;
	// From the greatest term down: fewer before is ever less likely, where there are more in the window than its part.
	for (let before = calm.failed; before >= 0 && failures - before <= window.born; before--) {
		const term = Math.exp(choices(window.born, failures - before) + choices(calm.born, before) - total);
		sum += term;
		if (term < 1e-12 * sum) break;
	}
	return sum;
}

/** ln of n over k. */
const choices = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
