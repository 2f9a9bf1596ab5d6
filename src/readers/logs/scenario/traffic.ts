/** The lines of a fitted scenario about what arrives: recorded counts or a curve, and the class mix over time. */

import { ruling } from '../../../experiment/fit/dispersion.js';
import { rangeText } from '../../../experiment/fit/estimate.js';
import type { Findings } from '../../../experiment/fit/findings.js';
import { formatDuration, formatRate, formatShare, SECOND } from '../../../kernel/units.js';
import { Block, type Line, line } from '../../manifest/yaml-writer.js';
import type { Origins } from './origins.js';
import type { Window } from './window.js';

export function trafficLine(found: Findings, window: Window, kind: 'counts' | 'fitted', origins: Origins): Line {
	return kind === 'counts' ? countsLine(found, window, origins) : fittedLine(found, window, origins);
}

/** Exactly as many as were recorded: a Poisson draw around a count would be luck on top of luck. */
function countsLine(found: Findings, { first, cells }: Window, origins: Origins): Line {
	const { series, attempts } = found;
	const values = Array.from(series.firsts.subarray(first, first + cells), Math.round);
	const note =
		attempts.kind === 'measured'
			? origins.measured(`first attempts in each interval, ${attempts.how}`)
			: attempts.kind === 'estimated'
				? origins.measured(
						`attempts in each interval, less ${formatShare(attempts.ofEchoes, 1)} of those that ask again after a failure: retries, by the estimate below`,
					)
				: origins.assumed(`every attempt of the log is a first one: ${attempts.why}`);
	return line(
		'traffic',
		new Block([
			line(
				'counts',
				new Block([line('every', formatDuration(series.everyS * SECOND)), line('exact', true), line('values', values)]),
				note,
			),
		]),
	);
}

function fittedLine(found: Findings, { first, cells }: Window, origins: Origins): Line {
	const { shape, series, rate } = found;
	if (shape === null || shape.curve.name === 'a constant rate') {
		const mean = rate.mean === null ? 0 : rate.mean;
		const range = rate.interval === null ? '' : `, ${rangeText(rate.mean, rate.interval, (x) => formatRate(x))}`;
		return line(
			'traffic',
			new Block([
				line('rate', formatRate(Number(mean.toPrecision(6))), origins.measured(`the mean${range}; ${goodness(found)}`)),
			]),
		);
	}
	const steps: { readonly at: string; readonly rate: string }[] = [];
	for (let i = 0; i < cells; i++) {
		const perSecond = Number((Math.max(0, shape.curve.at(first + i)) / series.everyS).toPrecision(6));
		const step = { at: formatDuration(i * series.everyS * SECOND), rate: formatRate(perSecond) };
		if (steps.length === 0 || steps[steps.length - 1].rate !== step.rate) steps.push(step);
	}
	return line(
		'traffic',
		new Block([
			line(
				'steps',
				steps,
				origins.measured(`${shape.curve.name}, ${shape.curve.parameters} numbers; ${goodness(found)}`),
			),
		]),
	);
}

function goodness({ shape }: Findings): string {
	if (shape === null || shape.around === null) return 'too few intervals to say how well it fits';
	return `index of dispersion ${Number(shape.around.index.toPrecision(3))} around it: ${ruling(shape.around)}`;
}

/** One mix, or several with the instants at which they begin. */
export function mixLines(found: Findings, window: Window, origins: Origins): Line[] {
	const { mixes, classes, series, attempts } = found;
	const [fromS, toS] = [
		series.fromS + window.first * series.everyS,
		series.fromS + (window.first + window.cells) * series.everyS,
	];
	const within = mixes.filter((piece) => piece.toS > fromS && piece.fromS < toS);
	const pieces = within.length === 0 ? mixes.slice(0, 1) : within;
	const of = attempts.kind === 'measured' ? 'first attempts' : 'attempts';
	const named = pieces.map((piece, k) => ({ piece, name: pieces.length === 1 ? 'all' : `mix-${k + 1}` }));
	const lines = named.map(({ piece, name }) => {
		const total = piece.counts.reduce((sum, n) => sum + n, 0);
		const shares = percents(piece.counts);
		const fields = classes.flatMap((one, c) => (shares[c] === '0%' ? [] : [[one.name, shares[c]] as const]));
		return line(name, Object.fromEntries(fields), origins.measured(`of ${Math.round(total)} ${of}`));
	});
	const changes = named.map(({ piece, name }, k) => ({
		at: formatDuration(k === 0 ? 0 : Math.max(0, piece.fromS - fromS) * SECOND),
		mix: name,
	}));
	const mix =
		named.length === 1
			? line('mix', named[0].name)
			: line('mix', changes, origins.measured('where the mix changes by more than luck and 2 %'));
	return [line('mixes', new Block(lines)), mix];
}

/** Percentages to four decimals that add up to 100: what rounding leaves goes to the greatest remainders. */
function percents(counts: readonly number[]): string[] {
	const total = counts.reduce((sum, n) => sum + n, 0);
	const exact = counts.map((n) => (1e6 * n) / total);
	const units = exact.map(Math.floor);
	const left = 1e6 - units.reduce((sum, n) => sum + n, 0);
	const order = exact.map((x, i) => ({ i, rest: x - units[i] })).toSorted((a, b) => b.rest - a.rest);
	for (const { i } of order.slice(0, left)) units[i]++;
	return units.map((unit) => formatShare(unit / 1e6));
}
