/** What a log showed, as text for a terminal, 80 columns: how it was read, the traffic, the classes, the clients, the edge, the backtest. */

import type { Backtest, Forecast } from '../../experiment/fit/backtest.js';
import { ruling } from '../../experiment/fit/dispersion.js';
import type { FittedLaw } from '../../experiment/fit/distribution-fit.js';
import { rangeText } from '../../experiment/fit/estimate.js';
import type { ClassFound, Findings } from '../../experiment/fit/findings.js';
import type { SourceFile } from '../../experiment/fit/observe/collector.js';
import { zoneText } from '../../experiment/fit/observe/time-order.js';
import type { AttemptsFound } from '../../experiment/fit/retry-fit.js';
import { proportionText } from '../../experiment/statistics/proportion.js';
import { formatDuration, formatRate, formatShare, SECOND } from '../../kernel/units.js';
import { scv } from '../../model/distributions/distribution.js';
import { plain, type Style } from '../text/style.js';
import { entry, row, WIDTH, wrap } from '../text/text-table.js';

const LABEL = 15;
const CLASS = 26;
const CELL = 13;
const SHOWN_GAPS = 3;

/** With a line feed at its end. */
export function fitReport(found: Findings, style: Style = plain, troubles: readonly string[] = []): string {
	const lines = [
		...found.files.flatMap((file) => fileLines(file, style)),
		'',
		...trafficLines(found),
		'',
		...classTable(found, style),
		'',
		...clientLines(found),
		...edgeLines(found),
		...troubles.flatMap((text) => entry('trouble', text, LABEL)),
		...(found.backtest === null ? [] : ['', ...backtestLines(found.backtest, style)]),
	];
	return `${lines.join('\n')}\n`;
}

function fileLines(
	{ name, kind, read, silent, unreadable, order, assumed, asked }: SourceFile,
	style: Style,
): string[] {
	const lines = wrap(`${name}: ${kind}`, WIDTH - 2).map((l) => style('title', `  ${l}`));
	const other = silent > 0 ? `, ${silent} lines about something else` : '';
	lines.push(...entry('read', `${read} attempts or counts${other}`, LABEL));
	if (unreadable.count > 0) {
		const first = unreadable.first.map((one) => `line ${one.line}: ${one.why}`).join('; ');
		lines.push(...entry('unreadable', `${unreadable.count} lines, left out; ${first}`, LABEL));
	}
	const { disorder, jump, zones } = order;
	if (disorder.lines > 0) {
		const by = formatDuration(disorder.mostUs, disorder.mostUs > SECOND ? SECOND : 1000);
		const set = jump === null ? '' : ' (--any-order)';
		lines.push(
			...entry(
				'out of order',
				`${disorder.lines} lines, by ${by} at most (line ${disorder.line}): each counted where its clock says${set}`,
				LABEL,
			),
		);
	}
	if (zones.size > 1)
		lines.push(...entry('time zones', `${[...zones.keys()].map(zoneText).join(', ')}: all turned to UTC`, LABEL));
	if (zones.size === 1 && zones.has(null))
		lines.push(...entry('time zones', 'none is written: assumed to be UTC', LABEL));
	lines.push(...assumed.flatMap((text) => entry('assumed', text, LABEL)));
	lines.push(...asked.flatMap((text) => entry('asked', text, LABEL)));
	return lines;
}

function trafficLines({ series, rate, shape, bursts, failed, attempts, baseline: calm }: Findings): string[] {
	const { fromS, everyS, all, gaps } = series;
	const span = `${formatDuration(all.length * everyS * SECOND)} from ${instant(fromS)}, in intervals of ${formatDuration(everyS * SECOND)}`;
	const lines = entry('span', span, LABEL);
	const range = rate.interval === null ? 'unknown' : rangeText(rate.mean, rate.interval, (x) => formatRate(x));
	lines.push(...entry(attempts.kind === 'not identifiable' ? 'attempts' : 'first attempts', range, LABEL));
	if (shape !== null) {
		const { curve, around } = shape;
		const fits =
			around === null
				? 'too few intervals to say how well it fits'
				: `index of dispersion ${three(around.index)} around it (${three(around.interval.low)} to ${three(around.interval.high)}; Poisson is 1): ${ruling(around) === 'burstier than Poisson' ? 'it does not fit, more varies than Poisson luck' : `${ruling(around)} around it`}`;
		lines.push(...entry('shape', `${curve.name}; ${fits}`, LABEL));
	}
	if (bursts !== null) {
		lines.push(
			...entry(
				'burstiness',
				`index of dispersion ${three(bursts.index)} between neighbours (${three(bursts.interval.low)} to ${three(bursts.interval.high)}): ${ruling(bursts)}`,
				LABEL,
			),
		);
	}
	for (const { fromS: at, toS, expected } of gaps.slice(0, SHOWN_GAPS)) {
		const length = formatDuration((toS - at) * SECOND);
		lines.push(
			...entry(
				'hole',
				`${length} from ${instant(at)} without a request, where about ${Math.round(expected)} would have come`,
				LABEL,
			),
		);
	}
	if (gaps.length > SHOWN_GAPS)
		lines.push(...entry('holes', `${gaps.length} in all; fitted to nothing, counted as none`, LABEL));
	if (failed === null) lines.push(...entry('failures', 'unknown: the log has no status', LABEL));
	else if (failed.hits > 0) lines.push(...entry('failures', proportionText(failed), LABEL));
	if (calm.why !== null) lines.push(...entry('calm', calm.why, LABEL));
	else if (calm.share < 1)
		lines.push(
			...entry('calm', `${formatShare(calm.share, 1)} of the intervals; in the others more fails than by luck`, LABEL),
		);
	return lines;
}

function classTable({ classes, grouping, mixes }: Findings, style: Style): string[] {
	const lines = [style('title', row('  class', ['share', 'errors', 'service', 'law'], CLASS, CELL))];
	for (const one of classes) {
		const share = one.share.share === null ? '-' : formatShare(one.share.share, 2);
		lines.push(row(`  ${one.name}`, [share, errorCell(one), serviceCell(one), lawCell(one)], CLASS, CELL));
	}
	const putOut =
		grouping.putOut > 0
			? `; ${grouping.putOut} rare kinds were put together, so that a count may be short by ${Math.round(grouping.shortBy)}`
			: '';
	lines.push(...entry('grouped', `${grouping.how}${putOut}`, LABEL));
	lines.push(
		...entry(
			'mix',
			mixes.length > 1 ? `changes ${mixes.length - 1} times by more than luck and 2 %` : 'the same all the time',
			LABEL,
		),
	);
	const [first] = classes.flatMap(({ service }) => (service === null ? [] : [service]));
	if (first !== undefined) lines.push(...entry('service', `of attempts ${first.which}`, LABEL));
	return lines;
}

const errorCell = ({ errors }: ClassFound): string =>
	errors === null || errors.share === null ? '-' : formatShare(Number(errors.share.toPrecision(2)));

const serviceCell = ({ service }: ClassFound): string =>
	service === null || service.mean.mean === null
		? '-'
		: formatDuration(service.mean.mean, service.mean.mean > 1000 ? 10 : 1);

const lawCell = ({ service }: ClassFound): string => (service === null ? '-' : service.law.law.kind);

function clientLines({ attempts, timeout }: Findings): string[] {
	const lines = entry('retries', attemptsText(attempts), LABEL);
	if (attempts.kind === 'measured' && attempts.waits.length > 0)
		lines.push(...entry('waits', attempts.waits.map(lawText).join(', then '), LABEL));
	if (timeout !== null)
		lines.push(
			...entry('timeout', `${lawText(timeout)}: how long ${timeout.n} attempts lasted that got no answer`, LABEL),
		);
	return lines;
}

/** "1.2, 1.19 to 1.21 at 95%, per request: ..." */
function attemptsText(attempts: AttemptsFound): string {
	switch (attempts.kind) {
		case 'measured': {
			const { perRequest, interval, how, most } = attempts;
			const range = interval === null ? three(perRequest) : rangeText(perRequest, interval, String);
			return `${range}, per request, ${how}${most === null ? '' : `; ${most} at most`}`;
		}
		case 'estimated':
			return `about ${rangeText(attempts.perRequest, attempts.interval, String)}, per request${attempts.most === null ? '' : `, ${attempts.most} at most`}, if ${attempts.assumption}`;
		case 'not identifiable':
			return `not identifiable: ${attempts.why}`;
	}
}

function lawText({ law }: FittedLaw): string {
	switch (law.kind) {
		case 'constant':
			return formatDuration(law.us);
		case 'uniform':
			return `uniform from ${formatDuration(law.fromUs)} to ${formatDuration(law.toUs)}`;
		case 'exponential':
			return `exponential, mean ${formatDuration(law.meanUs)}`;
		default:
			return `${law.kind}, scv ${three(scv(law))}`;
	}
}

function edgeLines({ workers, nodes, underWay, plateau, late }: Findings): string[] {
	const lines = nodes > 1 ? entry('nodes', `${nodes}: as many logs go on at the same time`, LABEL) : [];
	lines.push(
		...entry(
			'workers',
			workers === null
				? 'not identifiable: nobody seems to have waited, or the clock is too coarse to tell'
				: `${workers.workers} (${workers.interval.low} to ${workers.interval.high}): stays grow from there on, ${workers.waited} of ${workers.n} attempts waited; ${formatRate(workers.perSecond, 0)} is what they can do`,
			LABEL,
		),
	);
	if (underWay !== null)
		lines.push(...entry('under way', `${three(underWay)} on average (Little's law: rate x mean stay)`, LABEL));
	if (plateau !== null && plateau.perSecond.mean !== null)
		lines.push(
			...entry(
				'in the storm',
				`${formatRate(plateau.perSecond.mean, 1)} answered well, over ${plateau.intervals} intervals`,
				LABEL,
			),
		);
	if (late > 0)
		lines.push(...entry('late', `${late} lines came too late for what they found under way to be exact`, LABEL));
	return lines;
}

function backtestLines(found: Backtest, style: Style): string[] {
	const { trained, tested, everyS, fitted, naive, finding, intervals } = found;
	const head = `BACKTEST: ${trained} intervals of ${formatDuration(everyS * SECOND)} learnt, ${tested} forecast`;
	const lines = [style('title', `  ${head}`), row('  forecast', ['error', 'of the mean'], 48, CELL)];
	lines.push(...[fitted, ...naive].map((one, i) => forecastRow(one, i === 0)));
	const words = {
		better: 'the fit forecasts better than the best naive forecast',
		'no better': 'the fit is no better than the best naive forecast',
		worse: 'the fit is worse than the best naive forecast',
	} as const;
	if (intervals === null)
		lines.push(...entry('intervals', 'unknown: too few intervals were learnt from to know how far off it is', LABEL));
	for (const { level, covered, width } of intervals ?? [])
		lines.push(
			...entry(
				`${formatShare(level, 0)} interval`,
				`${three(width)} wide on average; ${formatShare(covered, 1)} of what came lies within${covered < level - NARROW ? ': too narrow' : covered > level + NARROW && level < 0.9 ? ': too wide' : ''}`,
				LABEL,
			),
		);
	lines.push(
		...entry('verdict', words[finding], LABEL).map((line) => style(finding === 'better' ? 'good' : 'bad', line)),
	);
	return lines;
}

/** From so far below what it should cover an interval is called too narrow. */
const NARROW = 0.1;

const forecastRow = ({ name, mae, share }: Forecast, isFit: boolean): string =>
	row(
		`  ${isFit ? 'fitted: ' : 'naive: '}${name}`,
		[three(mae), share === null ? '-' : formatShare(share, 1)],
		48,
		CELL,
	);

const three = (x: number): string => String(Number(x.toPrecision(3)));

/** Tables that count minutes have no date. */
const instant = (second: number): string => {
	const iso = new Date(second * 1000).toISOString();
	return second < 10 * 365 * 86_400 ? iso.slice(11, 19) : `${iso.slice(0, 19)}Z`;
};
