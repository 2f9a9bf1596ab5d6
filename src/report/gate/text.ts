/**
 * What gates are worth as text for a terminal, 80 columns: how often they detect and cry wolf, what it cost, the table of
 * truth, and then for each check what it can see, by the binomial law and measured, and why not.
 */

import type { CheckQuality } from '../../experiment/gate/check-power.js';
import type { Detector, GateQuality, Truth } from '../../experiment/gate/gate-quality.js';
import type { SampleShare } from '../../experiment/gate/sample-share.js';
import type { Odds } from '../../experiment/gate/trip-odds.js';
import { halfWidth, type Interval } from '../../experiment/statistics/interval.js';
import type { Mean } from '../../experiment/statistics/mean-interval.js';
import { type Proportion, proportionText } from '../../experiment/statistics/proportion.js';
import { formatDuration, formatShare } from '../../kernel/units.js';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';
import { failureLines } from '../text/failure-lines.js';
import type { Finding } from '../text/finding.js';
import { plain, type Style, type StyleKind } from '../text/style.js';
import { entry, row, WIDTH, wrap } from '../text/text-table.js';
import { chance, chanceRange, decidedText, detectionSentence, smallShare } from './gate-sentences.js';

const LABEL = 17;

/** @param rerun the command that asks again; null leaves the line out. @returns with a line feed at its end */
export function gateReport(quality: GateQuality, rerun: string | null, style: Style = plain): string {
	const { seeds, failures, checks } = quality;
	const of = `${seeds.runs} replications (seeds ${seeds.first} to ${seeds.first + seeds.runs - 1})`;
	const lines = [
		...wrap(`${quality.label}: what its gates are worth, ${of}`, WIDTH - 2).map((l) => style('title', `  ${l}`)),
		...failureLines(
			failures.map(({ seed, failure }) => `seed ${seed}: ${failure.message}`),
			style,
		),
		'',
		...probabilityLines(quality, style),
		...costLines(quality),
		'',
		...truthLines(quality, style),
		...checks.flatMap((check) => ['', ...checkLines(check, style)]),
		...notesOf(quality).flatMap((note) => ['', ...entry('note', note, LABEL)]),
	];
	if (rerun !== null) lines.push('', ...wrap(`again: ${rerun}`, WIDTH - 2).map((line) => style('dim', `  ${line}`)));
	return `${lines.join('\n')}\n`;
}

/** What the list of checks does not say. */
export function notesOf({ checks, withoutLimit, unmet, seeds }: GateQuality): string[] {
	const nobody = unmet === 0 ? [] : [`in ${unmet} of ${seeds.runs} runs no request met the change: they say nothing`];
	if (withoutLimit.length === 0) return checks.length === 0 ? [...nobody, UNWATCHED] : nobody;
	const [has, it] = withoutLimit.length === 1 ? ['has', 'it'] : ['have', 'them'];
	return [
		...nobody,
		`${withoutLimit.join(', ')} ${has} no limit of ${it === 'it' ? 'its' : 'their'} own (compared with a control, or scored): the probabilities above count ${it}, and there is no closed form for ${it}`,
	];
}

const UNWATCHED = 'no gate and no auto-revert watches this rollout: whatever its change does, people have to see it';

function probabilityLines(quality: GateQuality, style: Style): string[] {
	const { detect, falseAlarm, people, alert, twinAlert, time, detectors } = quality;
	const good = detect.n === 0 ? 'open' : detect.hits === detect.n ? 'good' : 'title';
	const calm = falseAlarm.hits > 0 ? 'bad' : falseAlarm.n === 0 ? 'open' : 'good';
	return [
		...entry('P(detect)', detectText(quality), LABEL).map((l) => style(good, l)),
		...(detect.hits === 0 ? [] : entry('after', timeText(time), LABEL)),
		...detectors.flatMap((one) => entry('', detectorText(one), LABEL)),
		...entry('P(false alarm)', falseAlarmText(quality), LABEL).map((l) => style(calm, l)),
		...entry('P(inconclusive)', inconclusiveText(quality), LABEL),
		...(people ? entry('P(alert)', `${bothText(alert, twinAlert)}: people, not gates`, LABEL) : []),
	];
}

/** Of what it stopped, how much did no harm: such a trip is luck, or came before the harm. */
export function detectText(quality: GateQuality): string {
	const harmless = quality.truth.find(({ of }) => of === 'no-harm');
	const text = decidedText(quality, quality.detect, 'runs');
	if (harmless === undefined || harmless.tripped === 0) return text;
	return `${text}; in ${harmless.tripped} of these ${quality.detect.hits} the change had done no harm`;
}

export function falseAlarmText(quality: GateQuality): string {
	return `${decidedText(quality, quality.falseAlarm, 'twins')} on the harmless twin`;
}

/** Of decided runs too: how many are not stands with P(detect). */
export function inconclusiveText(quality: GateQuality): string {
	const { inconclusive, twinInconclusive } = quality;
	if (inconclusive.n > 0 && quality.undecided.runs === 0 && quality.undecided.twins === 0)
		return bothText(inconclusive, twinInconclusive);
	const twin = decidedText(quality, twinInconclusive, 'twins');
	const here = decidedText(quality, inconclusive, 'runs');
	return here === twin ? here : `${here}; the twin: ${twin}`;
}

/** The twin is named where it differs. */
export function bothText(world: Proportion, twin: Proportion): string {
	const text = proportionText(world);
	return world.hits === twin.hits ? text : `${text}; the twin: ${twin.hits} of ${twin.n}`;
}

export function timeText({ mean, median }: GateQuality['time']): string {
	const around = median.interval === null ? '' : ` (${rangeText(median.interval)})`;
	const value = median.value === null ? '-' : formatSpan(median.value);
	return `${value} in the median${around}, ${meanText(mean, formatSpan)} in the mean, from the first push`;
}

const rangeText = ({ low, high }: Interval): string =>
	low === high ? formatSpan(low) : `${formatSpan(low)} to ${formatSpan(high)}`;

export function detectorText({ by, stage, before, runs }: Detector): string {
	const where = before === null ? `in the last stage, ${stage}` : `in ${stage}, before ${before}`;
	return `${runs} by the ${by} ${where}`;
}

const costLines = (quality: GateQuality): string[] =>
	costParts(quality).flatMap(({ label, text }) => entry(label, text, LABEL));

/** What it cost until somebody tripped, and who met the change. */
export function costParts({ harmed, exposure }: GateQuality): Finding[] {
	const { lost, firstFailed, open } = harmed;
	const undecided =
		open.mean === null || open.mean === 0
			? ''
			: `; ${meanText(open, formatCount)} requests still open at the end of the run: neither lost nor good`;
	const requests = `${meanText(lost, formatCount)} requests lost, ${meanText(firstFailed, formatCount)} first attempts failed`;
	const share = meanText(exposure.share, smallShare);
	return [
		{ label: 'before verdict', text: `${requests}, beyond the twin${undecided}` },
		{
			label: 'exposure',
			text: `${share} of all first attempts, ${meanText(exposure.nodeUs, formatSpan)} of node time`,
		},
	];
}

/** "12.3 ± 0.4" */
function meanText({ mean, interval }: Mean, show: (value: number) => string): string {
	if (mean === null) return '-';
	if (interval === null || halfWidth(interval) === 0) return show(mean);
	return `${show(mean)} ± ${show(Number(halfWidth(interval).toPrecision(2)))}`;
}

/** What a cell of the table is called; nothing that the tools said of a harmless change can be a miss. */
const WORDS = {
	harm: { tripped: 'hit', passed: 'miss' },
	'no-harm': { tripped: 'false alarm', passed: 'correct' },
	'harmless-twin': { tripped: 'false alarm', passed: 'correct' },
} as const;
const ROWS = { harm: 'it did harm', 'no-harm': 'it did none', 'harmless-twin': 'harmless twin' } as const;

function truthLines({ truth, harmAbove }: GateQuality, style: Style): string[] {
	const harm = `harm: more than ${formatShare(harmAbove)} of the first attempts it met failed for it`;
	const idle = truth.some(({ unwatched }) => unwatched > 0);
	const cut = truth.some(({ undecided }) => undecided > 0);
	const head = ['tripped', 'passed', 'inconclusive', ...(idle ? ['nobody looked'] : []), ...(cut ? ['undecided'] : [])];
	const width = head.length > 4 ? 14 : 15;
	const label = head.length > 4 ? 9 : LABEL + 2;
	return [
		style('title', row('  THE CHANGE', head, label, width)),
		...truth.map((one) => row(`  ${ROWS[one.of]}`, cells(one, { idle, cut }), label, width)),
		...wrap(harm, WIDTH - 2).map((line) => style('dim', `  ${line}`)),
	];
}

interface Shown {
	readonly idle: boolean;
	readonly cut: boolean;
}

function cells(
	{ of, runs, tripped, passed, inconclusive, unwatched, undecided }: Truth,
	{ idle, cut }: Shown,
): string[] {
	if (runs === 0) return [];
	const words = WORDS[of];
	const quiet = [String(inconclusive), ...(idle ? [String(unwatched)] : []), ...(cut ? [String(undecided)] : [])];
	return [`${tripped} ${words.tripped}`, `${passed} ${words.passed}`, ...quiet];
}

const DETECTION_STYLE: Readonly<Record<CheckQuality['detection'], StyleKind>> = {
	detects: 'good',
	nothing: 'good',
	alarms: 'bad',
	'alarms-undecided': 'open',
	coverage: 'bad',
	timing: 'bad',
	'sample-size': 'bad',
	limit: 'bad',
	'not-asked': 'title',
};

function checkLines(quality: CheckQuality, style: Style): string[] {
	const { check, detection } = quality;
	const { by, name, stage } = check;
	const who = name === by ? by : `${by} ${name}`;
	const title = `${who.toUpperCase()} IN ${stage.toUpperCase()}: ${howText(check)}`;
	return [
		...wrap(title, WIDTH - 2).map((line) => style('title', `  ${line}`)),
		...checkParts(quality).flatMap(({ label, text }) => entry(label, text, LABEL)),
		...entry('verdict', detectionSentence(quality), LABEL).map((line) => style(DETECTION_STYLE[detection], line)),
	];
}

/** "gate in pilot: retries / all attempts above 5% over 30s, every 10s" */
export function checkHead(check: CheckQuality['check']): string {
	const { by, name, stage } = check;
	return `${name === by ? by : `${by} ${name}`} in ${stage}: ${howText(check)}`;
}

function howText({ metric, above, windowUs, everyUs, minSamples }: CheckQuality['check']): string {
	const asks = minSamples > 1 ? `, from ${minSamples} samples` : '';
	return `${metric} above ${formatShare(above)} over ${formatDuration(windowUs)}, every ${formatDuration(everyUs)}${asks}`;
}

/** Whom it can see, what a reading of it is, and the binomial law beside what was measured. */
export function checkParts(quality: CheckQuality): Finding[] {
	const { baseline: calm, struck, power, falseOdds, detect, falseAlarm } = quality;
	const parts: Finding[] = [{ label: 'coverage', text: coverageText(quality) }];
	if (calm !== null || struck !== null) parts.push({ label: 'a reading', text: readingText(quality) });
	if (power !== null) {
		parts.push({ label: 'power', text: `${oddsText(power, struck, quality)}; measured ${shareText(detect)}` });
	}
	if (falseOdds !== null) {
		const text = `${oddsText(falseOdds, calm, quality)}; measured ${shareText(falseAlarm)}`;
		parts.push({ label: 'false alarm', text });
	}
	return parts;
}

function coverageText({ coverage, oneInWindow }: CheckQuality): string {
	if (coverage.share === null) return 'no traffic comes to this stage';
	if (coverage.share === 0) return "the change can touch none of the stage's first attempts";
	const touched = `the change can touch ${smallShare(coverage.share)} of the stage's first attempts`;
	return oneInWindow === null ? touched : `${touched}; ${chance(oneInWindow)} that a window holds one`;
}

function readingText({ baseline: calm, struck, worst }: CheckQuality): string {
	const count = (n: number): string => formatCount(Math.round(n));
	const twin = calm === null ? [] : [`${count(calm.samples)} samples, ${shareKnown(calm)} bad on the twin`];
	if (struck === null || worst === null) return twin.join('');
	const [first, most] = [smallShare(struck.share), smallShare(worst.share)];
	const here = `with the change ${count(struck.samples)}, ${shareKnown(struck)} bad${most === first ? '' : `, at worst ${most}`}`;
	return [...twin, here].join('; ');
}

/** "0.1% (stated)", "0% (below 0.25%)", "12% (9.8% to 15%)" */
function shareKnown({ share, interval: { low, high }, source }: SampleShare): string {
	if (source === 'stated') return `${smallShare(low)} (stated by the scenario)`;
	if (low === 0) return `${smallShare(share)} (below ${smallShare(high)})`;
	return `${smallShare(share)} (${high === 1 ? `above ${smallShare(low)}` : `${smallShare(low)} to ${smallShare(high)}`})`;
}

/** "binomial 60% at one, 60% to 93% over 7" */
function oddsText({ look, hold }: Odds, share: SampleShare | null, { readings, check }: CheckQuality): string {
	if (share !== null && look.high === 0 && Math.round(share.samples) < check.minSamples)
		return 'none: fewer samples than it asks for';
	const one = `binomial ${chanceRange(look)} at one`;
	return readings.all <= 1 ? one : `${one}, ${chanceRange(hold)} over ${readings.all}`;
}

const shareText = ({ hits, n }: Proportion): string => (n === 0 ? 'in no run' : `in ${hits} of ${n} runs`);
