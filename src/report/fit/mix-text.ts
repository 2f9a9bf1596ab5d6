/** Two traffics side by side, as text for a terminal and for programs: shares, what one hardly sees, and what a gate would notice. */
import type { ClassInTraffic, PairedClass, TrafficPair } from '../../experiment/fit/mix-comparison.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import { formatShare } from '../../kernel/units.js';
import { csv } from '../files/csv.js';
import type { Json } from '../files/json.js';
import { plain, type Style } from '../text/style.js';
import { clip, entry, row, WIDTH, wrap } from '../text/text-table.js';

const CLASS = 20;
const CELL = 10;
const LABEL = 13;

export interface MixLabels {
	readonly a: string;
	readonly b: string;
}

/** With a line feed at its end. */
export function mixReport(pair: TrafficPair, { a, b }: MixLabels, style: Style = plain): string {
	const { classes, distance, alike, how, total, gate, baseline } = pair;
	const significance = alike < 0.001 ? 'more than luck' : 'no more than luck';
	const lines = [
		...wrap(`${a} (A, ${Math.round(total.a)} requests) beside ${b} (B, ${Math.round(total.b)})`, WIDTH - 2).map(
			(line) => style('title', `  ${line}`),
		),
		...entry('difference', `${percent(distance)} of the requests are of another class: ${significance}`, LABEL),
		...entry('grouped', how, LABEL),
		...entry('fails anyway', `${failing(baseline.a)} of A, ${failing(baseline.b)} of B`, LABEL),
		'',
		style('title', row('  class', ['A', 'at 95%', 'B', 'at 95%', 'noticed A', 'in B'], CLASS, CELL)),
		...classes.map((one) => classRow(one, style)),
		...entry(
			'noticed',
			`the least share of the class that has to fail before a gate of ${gate.samples} samples that trips above ${formatShare(gate.above)} notices it in ${formatShare(gate.power)} of cases; p=3%: if all of it fails, that happens in 3% of cases`,
			LABEL,
		),
		'',
		...lessonLines(pair, style),
	];
	return `${lines.join('\n')}\n`;
}

function classRow({ key, a, b, hardly }: PairedClass, style: Style): string {
	const cells = [a, b].flatMap(({ share }) => [percent(share.share), rangeCell(share)]);
	const shares = row(`  ${clip(key, CLASS - 3)}`, [...cells, noticed(a), noticed(b)], CLASS, CELL);
	return hardly === null ? shares : style('bad', shares.replace(/^ /, '!'));
}

const failing = (share: number | null): string =>
	share === null ? 'an unknown share (none is assumed)' : formatShare(Number(share.toPrecision(2)));

const noticed = ({ noticed: share, chance }: ClassInTraffic): string =>
	share === null ? `p=${chanceText(chance)}` : percent(share);

/** Less than once in ten thousand is told as that. */
const chanceText = (chance: number): string => (chance < 1e-4 ? '<0.01%' : formatShare(Number(chance.toPrecision(2))));

/** "59.6-60.8", in per cent. */
const rangeCell = ({ interval: { low, high } }: Proportion): string =>
	[low, high].map((x) => String(Number((100 * x).toPrecision(x < 0.001 ? 1 : x < 0.01 ? 2 : 3)))).join('-');

/** Two digits of what is rare. */
const percent = (share: number | null): string => (share === null ? '-' : formatShare(Number(share.toPrecision(3))));

/** The least share of a class, and the classes that go unnoticed on one side alone. */
function lessonLines({ classes, leastShare, gate }: TrafficPair, style: Style): string[] {
	const lines =
		leastShare === null
			? entry(
					'least',
					`no class can be noticed: of ${gate.samples} samples never more than ${formatShare(gate.above)} fail`,
					LABEL,
				)
			: entry(
					'least',
					`where nothing else fails, a class that is less than ${percent(leastShare)} of the traffic is noticed in fewer than ${formatShare(gate.power)} of cases, even if all of it fails`,
					LABEL,
				);
	for (const { key, a, b, hardly } of classes) {
		if (hardly !== null)
			lines.push(...entry('hardly', hardlyText(key, a, b, hardly), LABEL).map((line) => style('bad', line)));
	}
	const { power } = gate;
	const blind = classes.filter(({ a, b }) => a.noticed === null && b.noticed !== null);
	const share = blind.reduce((sum, { b }) => (b.share.share === null ? sum : sum + b.share.share), 0);
	const verdict =
		blind.length === 0
			? 'what the gate would notice in B it would notice in A'
			: `a failure of all of ${blind.map(({ key, a }) => `${key} is noticed in ${chanceText(a.chance)}`).join(', of ')} of cases on A, fewer than ${formatShare(power)}: ${percent(share)} of B`;
	lines.push(...entry('verdict', verdict, LABEL).map((line) => style(blind.length === 0 ? 'good' : 'bad', line)));
	return lines;
}

function hardlyText(key: string, a: ClassInTraffic, b: ClassInTraffic, hardly: 'a' | 'b'): string {
	const [rare, common] = hardly === 'a' ? [a, b] : [b, a];
	const [here, there] = hardly === 'a' ? ['A', 'B'] : ['B', 'A'];
	const { low, high } = rare.share.interval;
	return `${key}: ${percent(rare.share.share)} of ${here} (${percent(low)} to ${percent(high)}), ${percent(common.share.share)} of ${there}; the samples of a gate on ${here} hold one of it in ${percent(rare.one)} of cases`;
}

export function mixJson(
	{ gate, leastShare, classes, distance, alike, how, total, baseline }: TrafficPair,
	labels: MixLabels,
	version: string,
): Json {
	return {
		version,
		a: labels.a,
		b: labels.b,
		total: { ...total },
		baseline: { ...baseline },
		grouped: how,
		distance,
		alike,
		gate: { ...gate },
		leastShare,
		classes: classes.map(({ key, a, b, hardly }) => ({ class: key, a: sideJson(a), b: sideJson(b), hardly })),
	};
}

const sideJson = ({ share, noticed: least, one, chance }: ClassInTraffic): Json => ({
	share: share.share,
	interval: [share.interval.low, share.interval.high],
	noticed: least,
	chance,
	oneInSamples: one,
});

/** One row a class. */
export function mixCsv({ classes }: TrafficPair): string {
	const side = (of: ClassInTraffic) => [
		ofShare(of.share),
		of.share.interval.low,
		of.share.interval.high,
		of.noticed,
		of.chance,
		of.one,
	];
	const columns = ['share', 'low', 'high', 'noticed', 'chance', 'one_in_samples'];
	return csv([
		['class', ...columns.map((name) => `a_${name}`), ...columns.map((name) => `b_${name}`), 'hardly'],
		...classes.map(({ key, a, b, hardly }) => [key, ...side(a), ...side(b), hardly]),
	]);
}

const ofShare = ({ share }: Proportion): number | null => share;
