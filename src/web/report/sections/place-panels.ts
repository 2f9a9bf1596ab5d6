/** Who was hit when: a row for every region and platform, how far versions had got, and what gates read. */
import { formatQuantity } from '../../../metrics/definitions/format.js';
import type { RunPart } from '../../../report/run/page-data.js';
import { OPEN_TAIL, openFrom } from '../chart/open-tail.js';
import type { Line, Panel, PanelPlane } from '../chart/panel.js';
import { secondsOf } from '../dom/time.js';

export function placesPanel(run: RunPart, what: 'queue' | 'unavailable'): Panel | null {
	const { places, clock } = run;
	const { steps } = places;
	// One row says what the curves of the whole edge say; an empty plane says nothing.
	if (places.names.length < 2 || steps.count === 0) return null;
	const rows = what === 'queue' ? places.queue : places.unavailable;
	const count = what === 'queue';
	const show = (value: number): string =>
		count && value < 1 ? String(Number(value.toPrecision(2))) : formatQuantity(count ? 'count' : 'share', value, clock);
	const most = rows.flat().reduce<number>((high, value) => Math.max(high, value === null ? 0 : value), 0);
	if (most === 0 && rows.every((row) => row.every((value) => value !== null))) return null;
	const worst = rows.findIndex((row) => row.some((value) => value === most));
	const calm = places.names.filter((_, i) => rows[i].every((value) => value === null || value < most / 10)).length;
	const quiet =
		most === 0 || calm === 0 ? '' : ` ${calm} of ${places.names.length} places never came to a tenth of that.`;
	const plane: PanelPlane = {
		...planeOf({ steps, clock }, places.names, (row, k) => rows[row][k], most),
		unit: count ? 'waiting' : 'of first attempts failing',
		show,
	};
	const unseen = places.left === 0 ? '' : ` ${places.left} more places stand in timeseries.csv.`;
	const finding =
		most === 0
			? count
				? 'Nobody ever waited anywhere.'
				: 'No first attempt failed anywhere.'
			: count
				? `The longest lines were on ${places.names[worst]}: ${show(most)} attempts waiting.${quiet}`
				: `Worst hit was ${places.names[worst]}, where up to ${show(most)} of the first attempts failed.${quiet}`;
	const x = plane.columns.slice(0, -1);
	const tail = count ? undefined : openFrom(rows, x);
	return {
		id: `places-${what}`,
		title: count ? 'Attempts waiting, by region' : 'First-attempt failures, by region',
		caption: finding + unseen + (tail === undefined ? '' : OPEN_TAIL),
		x,
		openFrom: tail,
		lines: [],
		plane,
		y: { show, least: 0, most: places.names.length },
		height: heightFor(places.names.length),
	};
}

/** Every name has a line of its own. */
const heightFor = (rows: number): number => Math.max(150, 56 + 15 * rows);

/** Rows with names over the steps of a run. */
const planeOf = (
	{ steps, clock }: Pick<RunPart, 'steps' | 'clock'>,
	rows: readonly string[],
	cell: (row: number, step: number) => number | null,
	most: number,
): Omit<PanelPlane, 'unit' | 'show'> => ({
	rows,
	edges: [0, ...rows.map((_, i) => i + 1)],
	cells: Array.from({ length: steps.count }, (_, k) => rows.map((_, row) => cell(row, k))),
	columns: Array.from({ length: steps.count + 1 }, (_, k) =>
		secondsOf(Math.min(steps.toUs, steps.fromUs + k * steps.stepUs), clock),
	),
	most,
});

const share = (value: number): string => formatQuantity('share', value, { date: null, clockUs: 0, fromUs: 0, toUs: 0 });

/** How far every change had got: by region where there are several. */
export function versionsPanel(run: RunPart): Panel | null {
	const { adoption, steps, clock } = run;
	if (adoption.length === 0 || steps.count === 0) return null;
	const most = adoption.map(
		({ change, shares }) =>
			`${change} reached ${share(shares.reduce((high, one) => Math.max(high, one), 0))} of the nodes`,
	);
	const reached = adoption.flatMap(({ change, regions }) =>
		regions.map(({ name, shares }) => ({
			name: adoption.length > 1 ? `${change}: ${name}` : name,
			shares,
			reached: shares.some((one) => one > 0),
		})),
	);
	const untouched = reached.filter((one) => !one.reached).length;
	const apart = reached.length > adoption.length;
	const where =
		!apart || untouched === 0 || untouched === reached.length
			? ''
			: ` ${untouched} of ${reached.length} regions never had it.`;
	const panel = {
		id: 'versions',
		title: apart ? 'Versions: nodes that run the change, by region' : 'Versions: share of nodes that run a change',
		caption: `${most.join(', ')}.${where}`,
	};
	if (!apart) {
		return {
			...panel,
			x: Array.from({ length: steps.count }, (_, k) => secondsOf(steps.fromUs + k * steps.stepUs, clock)),
			lines: adoption.map(({ change, shares }, i): Line => ({ label: change, values: shares, ink: i, width: 2 })),
			y: { show: share, least: 0, most: 1.02 },
		};
	}
	const rows = reached.toReversed();
	const plane = planeOf(
		run,
		rows.map(({ name }) => name),
		(row, k) => rows[row].shares[k],
		1,
	);
	return {
		...panel,
		x: plane.columns.slice(0, -1),
		lines: [],
		plane: { ...plane, unit: 'of the nodes', show: share },
		y: { show: share, least: 0, most: rows.length },
		height: heightFor(rows.length),
	};
}

const STATES = [
	{ label: 'within its limit', ink: 3 },
	{ label: 'over its limit', ink: 4 },
	{ label: 'too little data', ink: 7 },
	{ label: 'tripped, or people alerted', ink: 8 },
] as const;

/** In which state each gate and alert was, from its first look to its last; whoever has tripped stays so until all is back. */
export function gateStatePanel({ gates, log, steps, clock }: RunPart): Panel | null {
	if (gates.length === 0) return null;
	const instants = [...new Set(gates.flatMap(({ looks }) => looks.map(({ atUs }) => atUs)))].toSorted((a, b) => a - b);
	const rows = gates.toReversed().map((gate) => ({ ...gate, ends: endOfWatch(gate), back: backAt(log, gate.name) }));
	const stateAt = ({ looks, ends, back }: (typeof rows)[number], us: number): number | null => {
		const trip = looks.find(trips);
		if (trip !== undefined && trip.atUs <= us) return us < back ? 3 : null;
		const last = looks.findLast(({ atUs }) => atUs <= us);
		if (last === undefined || us >= ends) return null;
		return last.outcome === 'passed' ? 0 : last.outcome === 'failed' ? 1 : 2;
	};
	const marks = [...instants, ...rows.flatMap(({ ends, back }) => [ends, back])].filter((us) => us < steps.toUs);
	const edges = [...new Set(marks)].toSorted((a, b) => a - b);
	const columns = [...edges, steps.toUs].map((us) => secondsOf(us, clock));
	const tripped = rows.filter(({ looks }) => looks.some(trips));
	return {
		id: 'gate-state',
		title: 'Gates and alerts: their state, and whom they watched',
		caption:
			tripped.length === 0
				? `None of ${rows.length} tripped or alerted anybody.`
				: `${tripped.length} of ${rows.length} tripped or alerted people: ${tripped.map(({ name }) => name).join(', ')}.`,
		x: columns.slice(0, -1),
		lines: [],
		plane: {
			inside: true,
			rows: rows.map(({ name, regions }) => (regions === null ? name : `${name} (${regions.join(', ')})`)),
			edges: [0, ...rows.map((_, i) => i + 1)],
			cells: edges.map((us) => rows.map((row) => stateAt(row, us))),
			columns,
			most: 1,
			unit: '',
			words: STATES,
			show: (state) => STATES[state].label,
		},
		y: { show: String, least: 0, most: rows.length },
		height: 70 + 44 * rows.length,
	};
}

const trips = ({ what }: { readonly what: string }): boolean => TRIPS.includes(what);
const TRIPS: readonly string[] = ['tripped', 'detected', 'paged', 'frozen', 'paused'];

/** When all nodes were back of the rollout that a gate belongs to; Infinity: never. */
function backAt(log: RunPart['log'], gate: string): number {
	const back = log.find(({ decision: { what, rollout } }) => what === 'reverted' && gate.startsWith(`${rollout} / `));
	return back === undefined ? Number.POSITIVE_INFINITY : back.fromUs;
}

/** A look says what it says until the next one is due. */
function endOfWatch({ looks }: RunPart['gates'][number]): number {
	const last = looks[looks.length - 1].atUs;
	const before = looks.findLast(({ atUs }) => atUs < last);
	return last + (before === undefined ? 1e6 : last - before.atUs);
}

/** What every gate read, with its limit; looks are points, for nothing was seen between them. */
export function gatePanel({ gates, clock }: RunPart): Panel | null {
	const withReadings = gates.filter(({ looks }) => looks.some((look) => look.seen !== null));
	if (withReadings.length === 0) return null;
	const instants = [...new Set(withReadings.flatMap(({ looks }) => looks.map(({ atUs }) => atUs)))].toSorted(
		(a, b) => a - b,
	);
	const lines = withReadings.flatMap(({ name, looks }, i): Line[] => {
		const last = new Map(looks.map((look) => [look.atUs, look]));
		const of = (key: 'seen' | 'limit') => instants.map((atUs) => last.get(atUs)?.[key] ?? null);
		return [
			{ label: `${name}: read`, values: of('seen'), ink: 2 * i, dots: true },
			{ label: `${name}: limit`, values: of('limit'), ink: 2 * i + 1, dots: true },
		];
	});
	const acted = gates.flatMap(({ name, looks }) => looks.filter(trips).map((look) => ({ name, look })));
	const readingCount = withReadings.reduce((sum, one) => sum + one.looks.length, 0);
	return {
		id: 'gates',
		title: 'What gates and alerts read, against their limits',
		caption:
			acted.length === 0
				? `Of ${readingCount} looks none made a gate trip or alerted anybody.`
				: `${acted[0].name}: ${acted[0].look.what} at ${share(Number(acted[0].look.seen))}, limit ${share(Number(acted[0].look.limit))}.`,
		x: instants.map((atUs) => secondsOf(atUs, clock)),
		lines,
		y: { show: share, least: 0 },
	};
}
