/** The words of a run's verdict and of the figures that follow it: the terminal and the page tell the same. */
import type { Explanation } from '../../experiment/run/explain.js';
import { durationText } from '../../experiment/task/judge.js';
import { formatDuration } from '../../kernel/units.js';
import { formatInstant, formatQuantity, formatSpan } from '../../metrics/definitions/format.js';
import { quantity } from '../../metrics/definitions/metrics.js';
import type { Outcome, Place } from '../../metrics/outcome.js';
import { cascadeWhy } from '../../metrics/reading/cascade.js';
import { wholeRun } from '../../metrics/reading/cell-sums.js';
import { impact, impactStart, MIN_SAMPLES, peak } from '../../metrics/reading/milestones.js';
import { isCoarse } from '../../metrics/reading/trigger-times.js';
import type { Finding } from '../text/finding.js';
import { OTHER_REASONS } from '../text/other-reasons.js';
import { anotherAttempt, furtherAttempts } from './further-attempts.js';
import { type Headline, read } from './headline.js';
import { mayFailItself, retriesText } from './retries-finding.js';
import type { TimelineWorld } from './timeline.js';

/** What the run cost, and when who noticed. */
export function findings(outcome: Outcome, world: TimelineWorld, head: Headline, explained: Explanation): Finding[] {
	const show = (name: string) => {
		const named = quantity(name);
		return number(named === undefined ? 'count' : named.kind, read(outcome, world, name), outcome);
	};
	const share = (value: number | null) => number('share', value, outcome);
	const count = (value: number | null) => number('count', value, outcome);
	const hitUs = impactStart(outcome);
	const impaired = head.unavailableWhileImpaired;
	const top = peak(outcome, 'amplification');
	const peakText =
		top === null || top.value <= 1
			? ''
			: `, peak ${number('factor', top.value, outcome)} at ${instantText(top.atUs, outcome, world, 'peak-amplification-at')}`;
	const split = mayFailItself(outcome)
		? ` = ${count(head.direct)} direct + ${count(head.collateral)} failed for other reasons (${OTHER_REASONS})`
		: '';
	const retries = retriesText(outcome, explained, world);
	const while_ = impaired === null ? '' : `, ${share(impaired)} ${impairedText(head)}`;
	return [
		say(
			'first-attempt failures',
			`${share(head.unavailable)}${while_}; ${show('outage-minutes')} of full outage, ${show('error-budget')} of a 30-day budget at 99.9%`,
		),
		say(
			'lost',
			`${count(head.lost)} requests (${show('lost')})${split}; ${count(head.saved)} saved by ${anotherAttempt(world)}${openText(head, outcome)}`,
		),
		say(
			'amplification',
			`${show('amplification')} attempts per first attempt${peakText}; ${show('retry-share')} of attempts are ${furtherAttempts(world)}`,
		),
		...(retries === null ? [] : [say('retries', retries)]),
		say(
			'latency',
			`p50 ${show('request-p50')}, p99 ${show('request-p99')}, p99.9 ${show('request-p999')}, of requests that succeeded`,
		),
		...(hitUs === null
			? []
			: [
					say(
						'response',
						`from ${instantText(hitUs, outcome, world, 'impact-start')} (impact): ${response(outcome, world)}`,
					),
				]),
	];
}

/** Where recovery is not judged, nobody knows how long it lasted. */
const impairedText = ({ recovery }: Headline): string =>
	recovery !== null && recovery.recovered === null && recovery.why !== null
		? 'from impact to the end of the last trigger (how long it was impaired is unknown)'
		: 'while impaired';

/** How long until someone noticed, the cause was gone, and all was well again. Where nobody watches, nobody detects. */
function response(outcome: Outcome, world: TimelineWorld): string {
	const step = (done: string, quantityName: string): string => {
		const us = read(outcome, world, quantityName);
		if (us === null) return `not ${done}`;
		const range = openRange(outcome, world, quantityName);
		return `${done} after ${range === null ? formatSpan(us) : `${formatSpan(range[0])} to ${formatSpan(range[1])}`}`;
	};
	return [
		...(outcome.decisions.length === 0 ? [] : [step('detected', 'time-to-detect')]),
		...(outcome.triggers.length === 0 ? [] : [step('mitigated', 'time-to-mitigate')]),
		read(outcome, world, 'recovered-at-all') === null ? 'recovery not judged' : step('recovered', 'time-to-recover'),
	].join(', ');
}

/** Between which values it is, where coarse time buckets leave that open. */
export function openRange(outcome: Outcome, world: TimelineWorld, name: string): readonly [number, number] | null {
	const found = quantity(name)?.undecided?.(outcome, wholeRun(outcome), world);
	return found === null || found === undefined ? null : found.range;
}

/** "+30s", or "+30s to +40s" */
export function instantText(us: number, outcome: Outcome, world: TimelineWorld, name: string): string {
	const range = openRange(outcome, world, name);
	if (range === null) return formatInstant(us, outcome);
	return range.map((one) => formatInstant(one, outcome)).join(' to ');
}

/** Requests that count nowhere; silent where there are none. */
function openText({ open }: Headline, outcome: Outcome): string {
	return open === null || open === 0 ? '' : `; ${number('count', open, outcome)} open when the run ends`;
}

/** Whether it collapsed, cascaded and recovered, in one line. */
export function runVerdict(outcome: Outcome, world: TimelineWorld, head: Headline): string {
	const { requests, cascade: worst } = head;
	const state = stateText(outcome, world, head);
	if (requests === 0) return 'nobody asked for anything';
	return `${state}; ${spreadText(outcome, world, worst)}; ${healthText(outcome, world, head)}`;
}

function spreadText(outcome: Outcome, world: TimelineWorld, worst: Headline['cascade']): string {
	const isUndecided = read(outcome, world, 'cascaded') === null;
	if (worst === null)
		return isUndecided ? `cascade undecided: ${cascadeWhy(outcome, world)}` : 'nothing to cascade from';
	const hidden = worst.exact || onePlace(world) ? '' : ' (its regions and platforms were not recorded apart)';
	const thin = worst.thinWorse
		? ` (more was lost where fewer than ${MIN_SAMPLES} requests were made: too few there to tell)`
		: '';
	const lost = `${placeText(worst.place)} lost ${lostText(worst, outcome)} at worst${hidden}${thin}`;
	if (isUndecided) return `cascade undecided: ${cascadeWhy(outcome, world)} (${lost})`;
	return `${worst.cascaded ? 'CASCADED' : 'no cascade'}: ${lost}`;
}

/** A trigger that begins or ends within a time bucket: what was lost while it was in force is known as a range. */
function lostText({ lost, lostRange: [least, most] }: NonNullable<Headline['cascade']>, outcome: Outcome): string {
	const share = (value: number): string => number('share', value, outcome);
	if (!isCoarse(outcome) || share(least) === share(most)) return share(lost);
	return `${share(least)} to ${share(most)} (in time buckets of ${formatDuration(outcome.bucketUs)})`;
}

function stateText(outcome: Outcome, world: TimelineWorld, { collapse: end, collapsedAt: since }: Headline): string {
	const rest = formatQuantity('share', end.goodputShare, outcome);
	const demand =
		end.goodputShare !== null && end.goodputShare > 1 ? '100% of demand, and serves a backlog' : `${rest} of demand`;
	if (end.collapsed === null) return `collapse undecided: ${end.why}${wouldText(end.neededToUs, outcome)}`;
	if (!end.collapsed)
		return `not collapsed (goodput ends at ${demand}${end.triggered ? ', with a trigger in force' : ''})`;
	const first = since === null ? '' : beforeText(since.beforeTrigger, outcome);
	const at = since === null ? '' : ` since ${instantText(since.us, outcome, world, 'collapsed-at')}`;
	const gone = outcome.triggers.length === 0 ? ', without any trigger' : ' although every trigger is gone';
	return `COLLAPSED${at}${first}: goodput ends at ${rest} of demand${gone}`;
}

/** Whether the triggers came later: said where they did, and where coarse time buckets do not tell. */
function beforeText(isBefore: boolean | null, { triggers, bucketUs }: Outcome): string {
	if (isBefore === null && triggers.length > 0)
		return ` (whether before the first trigger, time buckets of ${formatDuration(bucketUs)} do not tell)`;
	return isBefore === true ? ', before the first trigger' : '';
}

function healthText(outcome: Outcome, world: TimelineWorld, { recovery, collapsedAt: since }: Headline): string {
	const wasDown = since?.beforeTrigger === true;
	const hit = impact(outcome);
	if (hit === null) return 'impact not recorded';
	if (hit.why !== null) return `impact undecided: ${hit.why}${wouldText(hit.neededToUs, outcome)}`;
	if (hit.atUs === null) return wasDown ? 'no impact beside what was down before' : 'no impact';
	if (recovery === null) return 'recovery not recorded';
	if (recovery.atUs !== null) return `recovered ${instantText(recovery.atUs, outcome, world, 'recovered')}`;
	if (recovery.recovered === false) return 'NOT RECOVERED';
	return `recovery not judged: ${recovery.why}${wouldText(recovery.neededToUs, outcome)}`;
}

/** "; a duration of 75s would decide" where that is known. */
const wouldText = (neededToUs: number | null, outcome: Outcome): string =>
	neededToUs === null ? '' : ` (${durationText(neededToUs, outcome)} would decide)`;

const onePlace = ({ regions, platforms }: TimelineWorld): boolean =>
	regions !== undefined && regions.length * platforms.length === 1;

function placeText({ region, platform }: Place): string {
	const names = [region, platform].filter((name) => name !== undefined);
	return names.length === 0 ? 'the whole edge' : names.join('/');
}

const say = (label: string, text: string): Finding => ({ label, text });

const number = formatQuantity;
