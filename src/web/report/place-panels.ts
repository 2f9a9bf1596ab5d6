/** Who was hit when: a row for every region and platform, how far versions had got, and what gates read. */
import { formatQuantity } from '../../metrics/format.js';
import type { RunPart } from '../../report/page-data.js';
import type { Line, Panel, Plane } from './panel.js';
import { secondsOf } from './time.js';

export function placesPanel(run: RunPart, what: 'queue' | 'unavailable'): Panel | null {
	const { places, steps, clock } = run;
	if (places.names.length === 0 || steps.count === 0) return null;
	const rows = what === 'queue' ? places.queue : places.unavailable;
	const count = what === 'queue';
	const show = (value: number): string => formatQuantity(count ? 'count' : 'share', value, clock);
	const most = rows.flat().reduce<number>((high, value) => Math.max(high, value === null ? 0 : value), 0);
	const worst = rows.findIndex((row) => row.some((value) => value === most));
	const calm = places.names.filter((_, i) => rows[i].every((value) => value === null || value < most / 10)).length;
	const quiet =
		most === 0 || calm === 0 ? '' : ` ${calm} of ${places.names.length} places never came to a tenth of that.`;
	const plane: Plane = {
		rows: places.names,
		edges: [0, ...places.names.map((_, i) => i + 1)],
		cells: Array.from({ length: steps.count }, (_, k) => rows.map((row) => row[k])),
		columns: Array.from({ length: steps.count + 1 }, (_, k) =>
			secondsOf(Math.min(steps.toUs, steps.fromUs + k * steps.stepUs), clock),
		),
		most,
		unit: count ? 'waiting' : 'of first attempts failing',
		show,
	};
	const finding =
		most === 0
			? count
				? 'Nobody ever waited anywhere.'
				: 'No first attempt failed anywhere.'
			: count
				? `The longest lines were on ${places.names[worst]}: ${show(most)} attempts waiting.${quiet}`
				: `Worst hit was ${places.names[worst]}, where up to ${show(most)} of the first attempts failed.${quiet}`;
	return {
		id: `places-${what}`,
		title: count ? 'Attempts waiting, by region' : 'First attempts that failed, by region',
		caption: finding,
		x: plane.columns.slice(0, -1),
		lines: [],
		plane,
		y: { show, least: 0, most: places.names.length },
		tall: true,
	};
}

const share = (value: number): string => formatQuantity('share', value, { date: null, clockUs: 0, fromUs: 0, toUs: 0 });

export function rolloutPanel({ adoption, steps, clock }: RunPart): Panel | null {
	if (adoption.length === 0) return null;
	const most = adoption.map(({ change, shares }) => `${change} reached ${share(Math.max(0, ...shares))} of the nodes`);
	return {
		id: 'adoption',
		title: 'Versions: share of nodes that run a change',
		caption: `${most.join(', ')}.`,
		x: Array.from({ length: steps.count }, (_, k) => secondsOf(steps.fromUs + k * steps.stepUs, clock)),
		lines: adoption.map(({ change, shares }, i): Line => ({ label: change, values: shares, ink: i, width: 2 })),
		y: { show: share, least: 0, most: 1.02 },
	};
}

/** What every gate read, with its limit; looks are points, for nothing was seen between them. */
export function gatePanel({ gates, clock }: RunPart): Panel | null {
	const seen = gates.filter(({ looks }) => looks.some((look) => look.seen !== null));
	if (seen.length === 0) return null;
	const instants = [...new Set(seen.flatMap(({ looks }) => looks.map(({ atUs }) => atUs)))].toSorted((a, b) => a - b);
	const lines = seen.flatMap(({ name, looks }, i): Line[] => {
		const last = new Map(looks.map((look) => [look.atUs, look]));
		const of = (key: 'seen' | 'limit') => instants.map((atUs) => last.get(atUs)?.[key] ?? null);
		return [
			{ label: `${name}: read`, values: of('seen'), ink: 2 * i, dots: true },
			{ label: `${name}: limit`, values: of('limit'), ink: 2 * i + 1, dots: true },
		];
	});
	const trips = gates.flatMap(({ name, looks }) =>
		looks.filter(({ what }) => what === 'tripped').map((look) => ({ name, look })),
	);
	const looks = seen.reduce((sum, one) => sum + one.looks.length, 0);
	return {
		id: 'gates',
		title: 'What gates and alerts read, against their limits',
		caption:
			trips.length === 0
				? `Of ${looks} looks none made a gate trip.`
				: `${trips[0].name} tripped at ${share(Number(trips[0].look.seen))}, limit ${share(Number(trips[0].look.limit))}.`,
		x: instants.map((atUs) => secondsOf(atUs, clock)),
		lines,
		y: { show: share, least: 0 },
	};
}
