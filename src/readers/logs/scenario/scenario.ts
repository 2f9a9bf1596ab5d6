/** A scenario from what a log showed: every number with its origin beside it, measured (with its interval and the file) or assumed. */

import { rangeText } from '../../../experiment/fit/estimate.js';
import type { Findings } from '../../../experiment/fit/findings.js';
import type { Trouble } from '../../../experiment/fit/trouble/troubles.js';
import { formatDuration, formatRate, formatShare, HOUR, MINUTE, SECOND } from '../../../kernel/units.js';
import { freeName } from '../../manifest/free-name.js';
import { Block, type Line, line, plainOf, write } from '../../manifest/yaml-writer.js';
import { classLines } from './classes.js';
import { clientsLine } from './clients.js';
import { Origins } from './origins.js';
import { mixLines, trafficLine } from './traffic.js';
import { faultsLine, troubleText } from './trouble-lines.js';
import { chosenWindow, type Window } from './window.js';

export interface WriteOptions {
	/** counts: as they were recorded; fitted: the curve through them */
	readonly traffic: 'counts' | 'fitted';
	/** length of the part that the scenario holds, us; null: as much as is quick to run */
	readonly windowUs: number | null;
	/** what went wrong in the log */
	readonly troubles?: readonly Trouble[];
}

/** A class without a share of any mix that is written is made by nobody, which a scenario may not say. */
function made(found: Findings, mixes: readonly Line[]): Findings {
	const shares = Object.values(Object(plainOf(mixes).mixes)).flatMap((mix) => Object.keys(Object(mix)));
	return { ...found, classes: found.classes.filter(({ name }) => shares.includes(name)) };
}

const MODELINE = '# yaml-language-server: $schema=./schema.json   (print it: retrystorm schema > schema.json)';

/** @returns the text of a scenario */
export function writeScenario(found: Findings, options: WriteOptions): string {
	const names = found.files.map(({ name }) => (name === '-' ? 'standard input' : name));
	const origins = new Origins(
		names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', '),
	);
	const window = chosenWindow(found.series, found.total, options.windowUs);
	const mixes = mixLines(found, window, origins);
	const troubles = Array.from(options.troubles === undefined ? [] : options.troubles);
	const faults = faultsLine(troubles, found.series.fromS + window.first * found.series.everyS, origins);
	return `${head(found, window, troubles, origins)}${write([
		line(
			'name',
			freeName(
				names[0]
					.split('/')
					.slice(-1)[0]
					.replace(/(\.\w+)+$/, ''),
				new Set(),
			),
		),
		line('about', 'Traffic as a log has it. What the log does not say is assumed, and says so.'),
		...clockLines(found, window, origins),
		line('duration', formatDuration(window.cells * found.series.everyS * SECOND), origins.measured(window.why)),
		line('replications', 10, origins.assumed('how many runs `retrystorm test` makes')),
		...classLines(made(found, mixes), origins),
		...mixes,
		trafficLine(found, window, options.traffic, origins),
		edgeLine(found, troubles, origins),
		clientsLine(found, origins),
		...(faults === null ? [] : [faults]),
		...trialLines(found, window, origins, faults !== null),
	])}`;
}

function head(found: Findings, window: Window, troubles: readonly Trouble[], { files }: Origins): string {
	const { series, rate, total, attempts, baseline, files: sources } = found;
	const of =
		attempts.kind === 'not identifiable' ? 'Attempts (which of them are first ones is not known)' : 'First attempts';
	const kinds = [...new Set(sources.map(({ kind }) => kind))].join('; ');
	const from = new Date(series.fromS * 1000).toISOString().slice(0, 19);
	const span = formatDuration(series.all.length * series.everyS * SECOND);
	const lines = [
		MODELINE,
		`# Fitted to ${files.replace(/\p{Cc}/gu, '?')} (${kinds}): ${Math.round(total)} lines or counts over ${span} from ${from}Z.`,
		'# Beside each number stands its origin: measured, with a 95 % interval where it has one and the file, or assumed.',
		...(rate.interval === null ? [] : [`# ${of}: ${rangeText(rate.mean, rate.interval, (x) => formatRate(x))}.`]),
		...(baseline.why === null ? [] : [`# ${baseline.why}.`]),
		...troubles.flatMap((one) =>
			one.kind === 'unexplained'
				? [`# Trouble that this scenario does not hold: ${troubleText(one, series.fromS)}.`]
				: [],
		),
		...(window.cells < series.all.length
			? [`# This scenario holds ${formatDuration(window.cells * series.everyS * SECOND)} of it: ${window.why}.`]
			: []),
		...series.gaps
			.map(({ fromS, toS, expected }) => {
				const at = new Date(fromS * 1000).toISOString().slice(0, 19);
				return `# A hole in the log: ${formatDuration((toS - fromS) * SECOND)} from ${at}Z without a request, where about ${Math.round(expected)} would have come; counted as none, fitted to nothing.`;
			})
			.slice(0, 5),
	];
	return `${lines.join('\n')}\n`;
}

/** Two dates are known: that of a log with a clock, and that of a table which counts minutes. */
function clockLines({ series }: Findings, window: Window, origins: Origins): Line[] {
	const at = new Date((series.fromS + window.first * series.everyS) * 1000).toISOString();
	if (series.fromS < 10 * 365 * 86_400) return [];
	return [
		line('date', at.slice(0, 10), origins.measured('of the first request')),
		line('from', at.slice(11, 19), origins.measured('the interval of the first request, UTC')),
	];
}

/** What the busiest intervals keep busy at most, where the log does not show the workers. */
const ASSUMED_UTILISATION = 0.6;

function edgeLine(found: Findings, troubles: readonly Trouble[], origins: Origins): Line {
	const { workers, nodes } = found;
	const fields: Line[] = [];
	if (workers !== null) {
		const { interval, waited, n, perSecond } = workers;
		const range = interval.low === interval.high ? '' : `, ${interval.low} to ${interval.high} fit nearly as well`;
		fields.push(
			line(
				'workers',
				workers.workers,
				origins.measured(
					`stays begin to grow with ${workers.workers} under way (${waited} of ${n} calm attempts waited)${range}; ${formatRate(perSecond, 0)} in all`,
				),
			),
		);
	} else {
		fields.push(
			line(
				'workers',
				Math.max(1, Math.ceil(assumedWorkers(found) / nodes)),
				origins.assumed(
					`so many that the busiest intervals keep ${formatShare(ASSUMED_UTILISATION)} of them busy; the log shows no waiting`,
				),
			),
		);
	}
	if (nodes > 1)
		fields.push(
			line('nodes', nodes, origins.measured('as many logs go on at the same time, each a server of its own')),
		);
	fields.push(...queueLines(troubles, origins));
	return line('edge', new Block(fields));
}

/** A trouble in which attempts were rejected shows the queue; calm does not. */
function queueLines(troubles: readonly Trouble[], origins: Origins): Line[] {
	const fall = troubles.flatMap((one) => (one.kind === 'capacity' ? [one.found] : []))[0];
	const assumedServe = line('abandoned', 'serve', origins.assumed('work whose client has left is done all the same'));
	if (fall === undefined)
		return [line('queue', 100, origins.assumed('waiting places; a log of answers does not show them')), assumedServe];
	const { low, high } = fall.intervals.queue;
	const queue =
		Number.isFinite(fall.queue) && Number.isFinite(high)
			? line(
					'queue',
					fall.queue,
					origins.measured(
						`waiting places, ${low} to ${high}: by when rejections begin and how long the queue takes to empty`,
					),
				)
			: line(
					'queue',
					Number.isFinite(fall.queue) ? fall.queue : 'unlimited',
					origins.assumed(
						`waiting places, ${Number.isFinite(low) ? `${low} or more` : 'no limit is seen'}: nothing in the log tells more`,
					),
				);
	const abandoned = fall.abandonedTold
		? line(
				'abandoned',
				fall.abandoned,
				origins.measured('what becomes of work whose client has left, by what was answered in the trouble'),
			)
		: assumedServe;
	return [queue, abandoned];
}

function assumedWorkers({ series, classes }: Findings): number {
	const rates = Array.from(series.firsts, (n) => n / series.everyS).toSorted((a, b) => a - b);
	const busiest = rates[Math.floor(0.99 * (rates.length - 1))];
	const serviceS = classes.reduce((sum, { share, service }) => {
		const us = service === null || service.mean.mean === null ? 20_000 : service.mean.mean;
		return sum + (share.share === null ? 0 : share.share * us) / 1e6;
	}, 0);
	return Math.min(1_000_000, Math.max(1, Math.ceil((busiest * serviceS) / ASSUMED_UTILISATION)));
}

/** About forty buckets, none of less than 5 s. */
function bucketFor(durationUs: number, everyS: number): number {
	const fitting = [5, 10, 30, 60, 300, 600].filter((s) => s % everyS === 0);
	const found = fitting.find((s) => durationUs / (s * SECOND) <= 60);
	return (found === undefined ? 60 : found) * SECOND;
}

/** Something to try on the world: workers that are slow for a while. */
function trialLines({ series }: Findings, window: Window, origins: Origins, hasTrouble: boolean): Line[] {
	const durationUs = window.cells * series.everyS * SECOND;
	const forUs = Math.max(SECOND, Math.min(10 * MINUTE, Math.round(durationUs / 5 / SECOND) * SECOND));
	const atUs = Math.round((durationUs * 0.3) / SECOND) * SECOND;
	const lastUs = Math.max(SECOND, Math.min(60 * SECOND, Math.round(durationUs / 10 / SECOND) * SECOND));
	const collapsed = line(
		'expect',
		[{ that: 'collapsed', equals: false }],
		origins.assumed('what we would like to hold'),
	);
	const bucket =
		durationUs > 6 * HOUR
			? [line('record', { bucket: '1m' })]
			: hasTrouble
				? [line('record', { bucket: formatDuration(bucketFor(durationUs, series.everyS)) })]
				: [];
	return [
		...bucket,
		line(
			'verdicts',
			{ collapsed: { last: formatDuration(lastUs) } },
			origins.assumed('the end of the run that is looked at'),
		),
		collapsed,
		...(hasTrouble ? [untroubledLine()] : [slowedLine(atUs, forUs, origins)]),
	];
}

const untroubledLine = (): Line =>
	line('variants', new Block([line('untroubled', { about: 'The same traffic without the trouble.', faults: null })]));

const slowedLine = (atUs: number, forUs: number, origins: Origins): Line =>
	line(
		'variants',
		new Block([
			line(
				'slowed',
				new Block([
					line('about', 'The same traffic, with workers at a quarter of their speed for a while.'),
					line(
						'faults',
						{ slow: { at: formatDuration(atUs), for: formatDuration(forUs), speed: 'x0.25' } },
						origins.assumed('a trouble to try'),
					),
				]),
			),
		]),
	);
