/**
 * What a check is worth in a sentence: whether it can detect the change and, where it cannot, what would have to be
 * otherwise; then both halves in figures, always: how often it detects, and how often it alarms at nothing.
 */
import { ALARMS_ABOVE, type CheckQuality } from '../../experiment/gate/check-power.js';
import type { GateQuality } from '../../experiment/gate/gate-quality.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import { type Proportion, percent, proportionText } from '../../experiment/statistics/proportion.js';
import { durationText } from '../../experiment/task/judge.js';
import { formatDuration, formatShare } from '../../kernel/units.js';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';

/** A share to two digits. */
export const smallShare = (share: number): string => formatShare(Number(share.toPrecision(2)));

/** Begins with a verb: the check is its subject. */
export const detectionSentence = (quality: CheckQuality): string =>
	quality.detection === 'not-asked' ? verdict(quality) : `${verdict(quality)}. ${halves(quality)}`;

function verdict(quality: CheckQuality): string {
	const { check, detection, struck } = quality;
	const { watchesUs, above } = check;
	const most = formatShare(ALARMS_ABOVE);
	switch (detection) {
		case 'detects':
			return `detects the change, and false alarms stay below ${most} of rollouts`;
		case 'alarms':
			return `alarms too often: it trips with the change, and false alarms exceed ${most} of rollouts`;
		case 'alarms-undecided':
			return `detects the change; whether false alarms stay below ${most} of rollouts is undecided: more replications (--reps) would tell`;
		case 'coverage':
			return `cannot detect: ${coverageReason(quality)}. A longer hold does not help`;
		case 'timing':
			return `cannot detect: it reads for ${formatDuration(watchesUs)} after the push, and ${timingReason(quality)}`;
		case 'sample-size':
			return `cannot detect: ${sampleReason(quality)}`;
		case 'limit':
			return `cannot detect: it gets the affected requests in time, but its limit is too high: it reads ${struck === null ? 'less' : smallShare(struck.share)}, not above ${formatShare(above)}`;
		case 'nothing':
			return 'has nothing to detect: the change did no harm in any run';
		case 'not-asked':
			return notAsked(quality);
	}
}

/** Why no run has a verdict of this check. */
function notAsked({ open: { hold, push }, check: { watchesUs } }: CheckQuality): string {
	const runs = (n: number) => `${n} run${n === 1 ? '' : 's'}`;
	if (hold > 0) {
		return `is undecided: ${runs(hold)} reached its stage and ended before the ${formatDuration(watchesUs)} that it watches were over`;
	}
	if (push > 0) return `is undecided: ${runs(push)} ended before its stage was pushed`;
	return 'was not asked in any run: no run reached its stage, or no request met the change';
}

/** "undecided in 12 of 12 runs: they end before the tools are done; a duration of 90s would decide"; null where all are decided. */
export function undecidedText({ undecided }: GateQuality, of: 'runs' | 'twins'): string | null {
	const { [of]: count, neededToUs } = undecided;
	if (count === 0) return null;
	const would = neededToUs === null ? '' : ` (${durationText(neededToUs, undecided)} would decide)`;
	return `undecided in ${count}: the run ends before the tools are done${would}`;
}

/** A share of the decided runs, and how many are not. */
export function decidedText(quality: GateQuality, found: Proportion, of: 'runs' | 'twins'): string {
	const not = undecidedText(quality, of);
	if (found.n === 0 && quality.unmet > 0) return 'not measured: no request met the change';
	if (not === null) return proportionText(found);
	if (found.n === 0) return not.replace('undecided in ', `undecided in ${quality.undecided[of]} of `);
	return `${proportionText(found)}; ${not}`;
}

/** "Detects in 12 of 12 runs (78% to 100%); false alarms: 1.8% per reading and 8.7% to 15% per rollout by the binomial law, 1 of 12 runs (...) measured: too often" */
function halves({ detect, falseAlarm, falseOdds, falseShare, alarms, detection, open }: CheckQuality): string {
	const law =
		falseOdds === null
			? `${falseShare === null ? 'no full reading on the twin' : `${smallShare(falseShare)} of readings`}`
			: `${chanceRange(falseOdds.look)} per reading and ${chanceRange(falseOdds.hold)} per rollout by the binomial law`;
	const measured = falseAlarm.n === 0 ? 'not measured' : `${ofRuns(falseAlarm)} measured`;
	// Where the verdict is about something else, the word for the other half stands here.
	const word = detection === 'detects' || detection.startsWith('alarms') ? '' : `: ${ALARM_WORDS[alarms]}`;
	const cut = open.hold + open.push;
	const not = cut === 0 ? '' : ` (undecided in ${cut} more, cut short by the end of the run)`;
	return `Detects in ${ofRuns(detect)}${not}; false alarms: ${law}, ${measured}${word}`;
}

const ALARM_WORDS = {
	rare: `below ${formatShare(ALARMS_ABOVE)} of rollouts`,
	'too-often': `too often, above ${formatShare(ALARMS_ABOVE)} of rollouts`,
	undecided: `above or below ${formatShare(ALARMS_ABOVE)} of rollouts is undecided`,
} as const;

/** "3 of 12 runs (8.9% to 53%)" */
export function ofRuns({ hits, n, interval }: Proportion): string {
	if (n === 0) return '0 of 0 runs';
	const range =
		hits === 0
			? `below ${percent(interval.high)}`
			: hits === n
				? `above ${percent(interval.low)}`
				: `${percent(interval.low)} to ${percent(interval.high)}`;
	return `${hits} of ${n} runs (${range})`;
}

/** A chance that is known within bounds: never 0% or 100% of what may and may not happen. */
export function chanceRange({ low, high }: Interval): string {
	const [from, to] = [chance(low), chance(high)];
	if (from === to) return from;
	return low < RARE ? `at most ${to}` : `${from} to ${to}`;
}

const RARE = 0.0001;

export function chance(p: number): string {
	if (p < RARE) return 'below 0.01%';
	return p > 1 - RARE ? 'above 99.99%' : smallShare(p);
}

function coverageReason({ coverage: { share }, reference, oneInWindow }: CheckQuality): string {
	if (share === null) return 'no traffic reaches its stage';
	const elsewhere = reference.share > 0 ? ` (${smallShare(reference.share)} of all traffic in ${reference.label})` : '';
	const here =
		share === 0
			? 'none of the affected requests reach its stage'
			: `only ${smallShare(share)} of its traffic is affected`;
	const rare =
		oneInWindow !== null && share > 0 && oneInWindow < 0.95
			? `; to get one affected request with a chance of 95% takes ${formatCount(Math.ceil(3 / share))} requests`
			: '';
	return `${here}${elsewhere}${rare}`;
}

function timingReason({ effectUs, check, struck }: CheckQuality): string {
	if (effectUs >= check.watchesUs)
		return `half of its nodes show the effect no sooner than ${formatSpan(effectUs)} after it`;
	if (effectUs + check.windowUs > check.watchesUs) {
		return `the effect comes ${formatSpan(effectUs)} after it, too late to fill its window of ${formatDuration(check.windowUs)}`;
	}
	const firstReading = struck === null ? '' : ` (at its first full reading ${smallShare(struck.share)})`;
	return `the failures come later${firstReading}`;
}

function sampleReason({ check, struck, withoutData, power }: CheckQuality): string {
	const { minSamples, above } = check;
	if (withoutData === 1) {
		const had = struck === null ? 'none' : `about ${formatCount(Number(struck.samples.toPrecision(2)))}`;
		return `it needs ${formatCount(minSamples)} sample${minSamples === 1 ? '' : 's'} per reading and got ${had}: no reading had enough data, which is not a pass`;
	}
	if (struck === null) return 'it got no samples';
	const n = formatCount(Math.round(struck.samples));
	const odds = power === null ? '' : `, and one reading trips with a chance of ${chanceRange(power.look)}`;
	return `${smallShare(struck.share)} of its samples are bad, above ${formatShare(above)}, but it gets only ${n} samples per reading${odds}`;
}
