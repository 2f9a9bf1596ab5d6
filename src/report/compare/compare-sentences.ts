/** A comparison in words: what each measure says of two branches, once their luck is taken out. */
import type { ComparedMetric, VersusBaseline } from '../../experiment/compare/compare.js';
import type { OpenRequests } from '../../experiment/compare/open-bounds.js';
import { shownDifference } from '../../experiment/compare/regression.js';
import type { PairedShares } from '../../experiment/statistics/paired-shares.js';
import { formatCount } from '../../metrics/definitions/format.js';
import { byText, percent, points, rangeText, sameText, show } from './compare-numbers.js';

/** How people speak of a measure: what it is, and its being less or more. */
interface MetricWords {
	readonly noun: string;
	readonly less: string;
	readonly more: string;
}

const fewer = (noun: string): MetricWords => ({ noun, less: 'fewer', more: 'more' });
const lower = (noun: string): MetricWords => ({ noun, less: 'lower', more: 'higher' });
const shorter = (noun: string): MetricWords => ({ noun, less: 'shorter', more: 'longer' });
const less = (noun: string): MetricWords => ({ noun, less: 'less', more: 'more' });

const WORDS: Readonly<Record<string, MetricWords>> = {
	unavailable: fewer('first-attempt failures'),
	lost: fewer('lost requests'),
	'goodput-share': less('goodput'),
	goodput: less('goodput'),
	amplification: less('amplification'),
	'peak-amplification': lower('peak amplification'),
	'retry-share': lower('retry share'),
	'outage-minutes': less('full-outage time'),
	'time-to-detect': shorter('time to detect'),
	'time-to-recover': shorter('time to recover'),
	'request-p50': lower('median latency of requests'),
	'request-p99': lower('p99 latency of requests'),
};

const wordsFor = (name: string): MetricWords => (Object.hasOwn(WORDS, name) ? WORDS[name] : lower(name));

/**
 * "canary: fewer lost requests by 99.5% ± 0.1% (same arrivals: 40 of 40 pairs)",
 * "canary: no difference in amplification: -0.2% to +0.3%".
 */
export function sentence(versus: VersusBaseline, name: string, measured: ComparedMetric): string {
	const { paired, ruling } = measured;
	const { open } = versus;
	const { noun, less: down, more: up } = wordsFor(name);
	const start = `${versus.side.label}: `;
	const shown = shownDifference(paired);
	if (ruling.finding === 'unmeasured') return `${start}${noun}: ${unmeasured(versus, measured)}`;
	if (shown === null) return `${start}${noun}: one pair says nothing of its spread`;
	const dropped = paired.dropped === 0 ? '' : ` (${paired.dropped} of ${versus.seeds.runs} pairs dropped)`;
	if (measured.openPairs > 0) {
		return `${start}${noun} undecided: requests that are open when the runs end (${openText(open.baseline)} of the baseline, ${openText(open.other)} of ${versus.side.label}) could turn it in ${measured.openPairs} of ${versus.pairs} pairs`;
	}
	if (ruling.finding === 'same') return `${start}no difference in ${noun}: ${sameText(shown, name)}${dropped}`;
	if (ruling.finding === 'unclear') return `${start}${noun} not told apart: ${rangeText(shown, name)}${dropped}`;
	const from = shown.relative ? '' : `, from ${show(name, paired.baseline)}`;
	const pairs = `same arrivals: ${versus.sameArrivals} of ${versus.pairs} pairs`;
	const also = paired.dropped === 0 ? '' : `; ${paired.dropped} of ${versus.seeds.runs} pairs dropped`;
	return `${start}${shown.value < 0 ? down : up} ${noun} by ${byText(shown, name)}${from} (${pairs}${also})`;
}

/** "5,321 of 6,000" */
export const openText = ({ open, born }: OpenRequests): string => `${formatCount(open)} of ${formatCount(born)}`;

/** "0% to 33%", or "12%" */
const boundsText = ([low, high]: readonly [number, number], show: (value: number) => string): string =>
	low === high ? show(low) : `${show(low)} to ${show(high)}`;

/** "100% of metastable, 5% of budget: -95 points, -99.1 to -73.2", "0% of both: -16.1 to +16.1 points" */
export function endSentence(
	baseline: string,
	versus: VersusBaseline,
	{ n, dropped, difference, ...shares }: PairedShares,
): string {
	const { interval, both, onlyBaseline, onlyOther } = shares;
	if (interval === null || difference === null)
		return dropped === 0 ? 'no pair tells' : `undecided: in each of ${dropped} pairs one run or both could not tell`;
	const [there, here] = [(both + onlyBaseline) / n, (both + onlyOther) / n];
	const around = `${points(interval.low)} to ${points(interval.high)} points`;
	if (shares.bounds !== undefined) {
		const { baseline: theirs, other: ours, difference: apart } = shares.bounds;
		const sides = `${boundsText(theirs, percent)} of ${baseline}, ${boundsText(ours, percent)} of ${versus.side.label}`;
		const pairs = `${n} of ${n + dropped} pairs decided`;
		return `${sides}: ${boundsText(apart, points)} points, ${around.replace(/ points$/, '')} (${pairs})`;
	}
	const decidedText = dropped === 0 ? '' : ` (${n} of ${n + dropped} pairs decided)`;
	if (onlyBaseline + onlyOther === 0) return `${percent(there)} of both: ${around}${decidedText}`;
	const shareText = `${percent(there)} of ${baseline}, ${percent(here)} of ${versus.side.label}`;
	return `${shareText}: ${points(difference)} points, ${around.replace(/ points$/, '')}${decidedText}`;
}

function unmeasured({ side: { label }, seeds }: VersusBaseline, { measured }: ComparedMetric): string {
	if (measured.baseline === 0 && measured.other === 0) return 'neither measured it';
	return `no pair measured it (${measured.baseline} of ${seeds.runs} runs of the baseline, ${measured.other} of ${label})`;
}
