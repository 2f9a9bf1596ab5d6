/** The words of a run's verdict and of the figures that follow it: the terminal and the page tell the same. */
import type { Explanation } from '../../experiment/run/explain.js';
import { durationText } from '../../experiment/task/judge.js';
import { formatInstant, formatQuantity, formatSpan } from '../../metrics/definitions/format.js';
import { quantity } from '../../metrics/definitions/metrics.js';
import type { Outcome, Place } from '../../metrics/outcome.js';
import { impact, impactStart, peak } from '../../metrics/reading/milestones.js';
import type { Finding } from '../text/finding.js';
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
			: `, peak ${number('factor', top.value, outcome)} at ${formatInstant(top.atUs, outcome)}`;
	const split = mayFailItself(outcome) ? ` = ${count(head.direct)} direct + ${count(head.collateral)} collateral` : '';
	const retries = retriesText(outcome, explained);
	const while_ = impaired === null ? '' : `, ${share(impaired)} while impaired`;
	return [
		say(
			'first-attempt failures',
			`${share(head.unavailable)}${while_}; ${show('outage-minutes')} of full outage, ${show('error-budget')} of a 30-day budget at 99.9%`,
		),
		say(
			'lost',
			`${count(head.lost)} requests (${show('lost')})${split}; ${count(head.saved)} saved by a retry${openText(head, outcome)}`,
		),
		say(
			'amplification',
			`${show('amplification')} attempts per first attempt${peakText}; ${show('retry-share')} of attempts are retries`,
		),
		...(retries === null ? [] : [say('retries', retries)]),
		say(
			'latency',
			`p50 ${show('request-p50')}, p99 ${show('request-p99')}, p99.9 ${show('request-p999')}, of requests that succeeded`,
		),
		...(hitUs === null
			? []
			: [say('response', `from ${formatInstant(hitUs, outcome)} (impact): ${response(outcome, world)}`)]),
	];
}

/** How long until someone noticed, the cause was gone, and all was well again. Where nobody watches, nobody detects. */
function response(outcome: Outcome, world: TimelineWorld): string {
	const step = (done: string, quantityName: string): string => {
		const us = read(outcome, world, quantityName);
		return us === null ? `not ${done}` : `${done} after ${formatSpan(us)}`;
	};
	return [
		...(outcome.decisions.length === 0 ? [] : [step('detected', 'time-to-detect')]),
		...(outcome.triggers.length === 0 ? [] : [step('mitigated', 'time-to-mitigate')]),
		read(outcome, world, 'recovered-at-all') === null ? 'recovery not judged' : step('recovered', 'time-to-recover'),
	].join(', ');
}

/** Requests that count nowhere; silent where there are none. */
function openText({ open }: Headline, outcome: Outcome): string {
	return open === null || open === 0 ? '' : `; ${number('count', open, outcome)} open when the run ends`;
}

/** Whether it collapsed, cascaded and recovered, in one line. */
export function verdictOf(outcome: Outcome, world: TimelineWorld, head: Headline): string {
	const { requests, cascade: worst } = head;
	const state = stateText(outcome, head);
	const spread =
		worst === null
			? read(outcome, world, 'cascaded') === null
				? 'cascade undecided: too few requests while a trigger was in force'
				: 'nothing to cascade from'
			: `${worst.cascaded === null ? 'cascade undecided' : worst.cascaded ? 'CASCADED' : 'no cascade'}: ${placeText(worst.place)} lost ${number('share', worst.lost, outcome)} at worst${
					worst.exact || onePlace(world) ? '' : ' (its regions and platforms were not recorded apart)'
				}`;
	if (requests === 0) return 'nobody asked for anything';
	return `${state}; ${spread}; ${healthText(outcome, head)}`;
}

function stateText(outcome: Outcome, { collapse: end, collapsedAt: since }: Headline): string {
	const rest = formatQuantity('share', end.goodputShare, outcome);
	if (end.collapsed === null) return `collapse undecided: ${end.why}${wouldText(end.neededToUs, outcome)}`;
	if (!end.collapsed)
		return `not collapsed (goodput ends at ${rest} of demand${end.triggered ? ', with a trigger in force' : ''})`;
	const first = since?.beforeTrigger === true ? `, and was down before the first trigger` : '';
	const at = since === null ? '' : ` since ${formatInstant(since.us, outcome)}`;
	const gone = outcome.triggers.length === 0 ? ', without any trigger' : ' although every trigger is gone';
	return `COLLAPSED${at}: goodput ends at ${rest} of demand${gone}${first}`;
}

function healthText(outcome: Outcome, { recovery }: Headline): string {
	const hit = impact(outcome);
	if (hit === null) return 'impact not recorded';
	if (hit.why !== null) return `impact undecided: ${hit.why}${wouldText(hit.neededToUs, outcome)}`;
	if (hit.atUs === null) return 'no impact';
	if (recovery === null) return 'recovery not recorded';
	if (recovery.atUs !== null) return `recovered ${formatInstant(recovery.atUs, outcome)}`;
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
