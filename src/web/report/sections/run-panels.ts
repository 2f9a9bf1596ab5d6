/** The panels of one run, from top to bottom: what clients do, what the edge can take, what came of it, and who was hit when. */
import { formatInstant, formatQuantity, formatSpan } from '../../../metrics/definitions/format.js';
import type { RunPart } from '../../../report/run/page-data.js';
import type { Line, Panel } from '../chart/panel.js';
import { at, list, number } from '../dom/data-path.js';
import { secondsOf } from '../dom/time.js';
import { gatePanel, gateStatePanel, placesPanel, versionsPanel } from './place-panels.js';

/** The one picture of the first screen: demand against capacity, with what was lost, where demand came closest to it or above. */
export function picturePanel(run: RunPart): Panel {
	const scope = fullestOf(run);
	const panel = demandPanel(run, scope);
	const lost: Line[] =
		scope.rates.failed === undefined
			? []
			: [{ label: 'requests lost', values: scope.rates.failed, ink: 4, width: 2.4 }];
	const where =
		run.scopes.length > 1 ? `: platform ${scope.name}, the fullest of ${run.scopes.length - 1}` : ', and requests lost';
	return { ...panel, title: `Demand against capacity${where}`, lines: [...panel.lines, ...lost], anchors: true };
}

/** The platform with the highest demand for its capacity: a full one does not show in the sum of all. */
function fullestOf({ scopes }: RunPart): RunPart['scopes'][number] {
	if (scopes.length === 1) return scopes[0];
	const fullness = ({ rates, capacityPerSecond }: RunPart['scopes'][number]): number =>
		demandOf(attemptLayers(rates)).reduce((high, value) => Math.max(high, value), 0) / capacityPerSecond;
	return scopes.slice(1).reduce((best, one) => (fullness(one) > fullness(best) ? one : best));
}

const demandOf = (layers: readonly Line[]): number[] =>
	layers[0].values.map((_, i) => layers.reduce((sum, { values }) => sum + Number(values[i]), 0));

/** What happened: what clients got, and where. */
export const effectPanels = (run: RunPart): Panel[] =>
	[outcomesPanel(run), latencyPanel(run), placesPanel(run, 'unavailable'), placesPanel(run, 'queue')].filter(
		(panel) => panel !== null,
	);

/** Why: who sent what, what the edge could take, and who changed it. @param all the run that is shown, then others to lay beside it */
export const causePanels = (run: RunPart, all: readonly RunPart[]): Panel[] =>
	[
		amplificationPanel(run, all),
		layersPanel(run),
		...run.scopes
			.slice(1)
			.filter((scope) => scope !== fullestOf(run))
			.map((scope) => demandPanel(run, scope)),
		busyPanel(run),
		versionsPanel(run),
		gateStatePanel(run),
		gatePanel(run),
	].filter((panel) => panel !== null);

const rate = (value: number): string => formatQuantity('rate', value, NO_CLOCK);
const factor = (value: number): string => formatQuantity('factor', value, NO_CLOCK);
const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };

/** Starts of the steps, in seconds on the axis. */
export const axisOf = ({ steps, clock }: RunPart): number[] =>
	Array.from({ length: steps.count }, (_, k) => secondsOf(steps.fromUs + k * steps.stepUs, clock));

/** Of coarse time buckets: those that hold it. */
function peakAtText({ summary, clock }: RunPart, offsetSeconds: number): string {
	const range = list(at(summary, 'undecidedTimes', 'peak-amplification-at', 'range'));
	const ends = range.length === 0 ? [offsetSeconds] : range.map((one) => Number(at(one, 'offsetSeconds')));
	return ends.map((seconds) => formatInstant(seconds * 1e6 + clock.fromUs, clock)).join(' to ');
}

function amplificationPanel(run: RunPart, all: readonly RunPart[]): Panel {
	const { summary } = run;
	const peak = number(at(summary, 'figures', 'peak-amplification'));
	const when = number(at(summary, 'milestones', 'peak-amplification-at', 'offsetSeconds'));
	const x = axisOf(run);
	const range = run.scopes[0].amplificationRange;
	const alike = all.filter(({ steps }) => JSON.stringify(steps) === JSON.stringify(run.steps));
	const caption =
		peak === null || when === null
			? 'Nobody sent enough attempts to speak of amplification.'
			: `Clients sent at most ${factor(peak).replace('x', '')} attempts for each first attempt, at ${peakAtText(run, when)}; ${factor(Number(at(summary, 'figures', 'amplification'))).replace('x', '')} over the whole window. 1 = no retries.`;
	return {
		id: 'amplification',
		title: 'Attempts per first attempt',
		caption,
		x,
		lines: [
			...alike.map(
				(one, i): Line => ({
					label: one.label,
					values: one.scopes[0].amplification,
					ink: i,
					width: i === 0 ? 2.2 : 1.4,
				}),
			),
			...(range === null
				? []
				: [
						{ label: 'most in a step', values: range.high, ink: 0, width: 0.7, edge: true } as const,
						{ label: 'least in a step', values: range.low, ink: 0, width: 0.7, edge: true } as const,
					]),
		],
		bands: range === null ? [] : [{ high: alike.length, middle: 0, low: alike.length + 1, ink: 0 }],
		y: { show: factor, least: 0 },
	};
}

/** By attempt number, so that what a first attempt becomes can be seen. */
function demandPanel(run: RunPart, { name, rates, capacityPerSecond, workers }: RunPart['scopes'][number]): Panel {
	const x = axisOf(run);
	const stacked = attemptLayers(rates);
	const sums = demandOf(stacked);
	const most = sums.reduce((high, value) => Math.max(high, value), 0);
	const over = sums.filter((value) => value > capacityPerSecond).length * run.steps.stepUs;
	const where = name === 'everywhere' ? 'the edge' : `platform ${name}`;
	const finding =
		over === 0
			? `Demand on ${where} stayed below its capacity of ${rate(capacityPerSecond)}: at most ${rate(Number(most.toPrecision(3)))}.`
			: `Demand on ${where} stood above its capacity of ${rate(capacityPerSecond)} for ${formatSpan(over)}: at most ${rate(Number(most.toPrecision(3)))}.`;
	return {
		id: `demand-${name}`,
		title: `Demand against capacity: ${name}`,
		caption: `${finding} Capacity is ${workers} workers over their mean service time when nothing disturbs; costly failures take from it.`,
		x,
		lines: [...stacked, { label: 'capacity, undisturbed', values: x.map(() => capacityPerSecond), ink: 9, width: 2 }],
		y: { show: rate, least: 0 },
		tall: true,
	};
}

/** First, second, third and later: more layers than that cannot be told apart in a picture. */
function attemptLayers(rates: RunPart['scopes'][number]['rates']): Line[] {
	const numbers = Object.keys(rates).filter((key) => /^attempts_\d/.test(key));
	const sumOf = (keys: readonly string[]): number[] =>
		rates.first_attempts.map((_, i) => keys.reduce((sum, key) => sum + rates[key][i], 0));
	const isSecond = (key: string): boolean => key === 'attempts_2';
	const later = numbers.filter((key) => !isSecond(key) && key !== 'attempts_1');
	const layers: Line[] = [{ label: 'first attempts', values: rates.first_attempts, ink: 0, stacked: true }];
	if (numbers.some(isSecond))
		layers.push({ label: 'second attempts', values: rates.attempts_2, ink: 1, stacked: true });
	if (later.length > 0) layers.push({ label: 'third and later', values: sumOf(later), ink: 2, stacked: true });
	return layers;
}

/** What is left of the capacity, whatever takes it: the undisturbed one knows nothing of costly failures and of work for nobody. */
function busyPanel(run: RunPart): Panel {
	const shown = run.scopes.length > 1 ? run.scopes.slice(1) : run.scopes;
	const lines = shown.map(
		({ name, busy, workers }, i): Line => ({ label: name, values: busy.map((n) => n / workers), ink: i, width: 2 }),
	);
	const share = (value: number): string => formatQuantity('share', Number(value.toPrecision(3)), run.clock);
	const most = lines.map(
		({ label, values }) => `${label} at most ${share(values.reduce<number>((a, b) => Math.max(a, Number(b)), 0))}`,
	);
	const wasted = formatQuantity('share', number(at(run.summary, 'figures', 'wasted-share')), run.clock);
	return {
		id: 'busy',
		title: 'Workers that are busy',
		caption: `Of the workers were busy: ${most.join(', ')}. ${wasted} of their time went into work that failed or that nobody waited for any more.`,
		x: axisOf(run),
		lines,
		y: { show: share, least: 0, most: 1.05 },
	};
}

function layersPanel(run: RunPart): Panel | null {
	const { rates } = run.scopes[0];
	const keys = Object.keys(rates).filter((key) => /^retries_layer_\d/.test(key));
	if (keys.length === 0) return null;
	const [first] = run.retries;
	const depth = (key: string): string => {
		const place = Number(key.replace('retries_layer_', ''));
		const names = new Set(run.retries.filter((row) => row.depth === place).map(({ layer }) => layer));
		return `layer ${place}: ${[...names].join(' or ')}`;
	};
	return {
		id: 'layers',
		title: 'Retries by layer',
		caption: `Most retries came from the layer ${first.layer} of ${first.population}: ${formatQuantity('share', first.share, run.clock)} of all.`,
		x: axisOf(run),
		lines: [
			...keys.map((key, i): Line => ({ label: depth(key), values: rates[key], ink: i + 1, stacked: true })),
			...(rates.suppressed === undefined
				? []
				: [{ label: 'kept back by a budget or gate', values: rates.suppressed, ink: 8 }]),
		],
		y: { show: rate, least: 0 },
	};
}

const OUTCOME_WORDS = new Map([
	['outcome_ok', 'attempts answered'],
	['outcome_error', 'attempts failed'],
	['outcome_rejected', 'attempts rejected (full queue)'],
	['outcome_shed', 'attempts shed'],
	['outcome_refused', 'attempts refused'],
	['outcome_timeout', 'attempts timed out'],
	['outcome_cancelled', 'attempts cancelled'],
]);

function outcomesPanel(run: RunPart): Panel {
	const { rates } = run.scopes[0];
	const keys = [...OUTCOME_WORDS.keys()].filter((key) => rates[key] !== undefined);
	const lost = number(at(run.summary, 'figures', 'lost'));
	const good = number(at(run.summary, 'figures', 'success-rate'));
	return {
		id: 'outcomes',
		title: 'Outcomes per second',
		caption: `${formatQuantity('share', good, run.clock)} of the requests that ended were answered, ${formatQuantity('share', lost, run.clock)} were lost after everything their clients tried.`,
		x: axisOf(run),
		lines: [
			...keys.map(
				(key, i): Line => ({ label: String(OUTCOME_WORDS.get(key)), values: rates[key], ink: i, stacked: true }),
			),
			...(rates.failed === undefined ? [] : [{ label: 'requests lost', values: rates.failed, ink: 8, width: 2.2 }]),
		],
		y: { show: rate, least: 0 },
		tall: true,
	};
}

function latencyPanel(run: RunPart): Panel | null {
	const { latency, clock, summary } = run;
	const { edgesUs, counts, steps } = latency;
	if (edgesUs.length < 2) return null;
	const columns = Array.from({ length: steps.count + 1 }, (_, k) =>
		secondsOf(Math.min(steps.toUs, steps.fromUs + k * steps.stepUs), clock),
	);
	const p = (name: string): string => formatQuantity('duration', Number(at(summary, 'seconds', name)) * 1e6, clock);
	return {
		id: 'latency',
		title: 'Latency of requests that succeeded',
		caption: `Half of the requests that succeeded took less than ${p('request-p50')}, one in a hundred more than ${p('request-p99')}, retries and waiting included. The lowest row holds what was quicker still.`,
		x: columns.slice(0, -1),
		lines: [
			{ label: 'p50', values: latency.p50Us, ink: 8, width: 2 },
			{ label: 'p99', values: latency.p99Us, ink: 2, width: 2 },
		],
		plane: {
			rows: [],
			edges: edgesUs.map((edge) => Math.max(1, edge)),
			cells: counts,
			columns,
			most: counts.flat().reduce((high, count) => Math.max(high, count), 0),
			unit: 'requests in a cell',
			show: (count) => formatQuantity('count', count, clock),
		},
		y: { show: formatSpan, log: true, least: Math.max(1, edgesUs[0]), most: edgesUs[edgesUs.length - 1] },
		tall: true,
	};
}
