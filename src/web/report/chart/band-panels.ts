/** Bands over replications: of each branch the median as a line, and between its 5 % and 95 % quantiles an area. */

import type { Clock } from '../../../metrics/definitions/format.js';
import { formatQuantity } from '../../../metrics/definitions/format.js';
import { kindOf } from '../../../metrics/definitions/metrics.js';
import type { CurveBands } from '../../../report/page/parts.js';
import { secondsOf } from '../dom/time.js';
import { OPEN_TAIL, openFrom } from './open-tail.js';
import type { Band, Line, Panel, Values } from './panel.js';

const TITLES = {
	'goodput-share': 'Goodput: requests answered over requests asked',
	unavailable: 'First-attempt failures',
	amplification: 'Attempts per first attempt',
	'attempt-rate': 'Attempts per second',
} as const;
type CurveName = keyof typeof TITLES;
const CURVES = Object.keys(TITLES) as CurveName[];

export function spreadPanels(courses: readonly CurveBands[], stepsUs: readonly number[], clock: Clock): Panel[] {
	if (courses.length === 0 || stepsUs.length === 0) return [];
	return CURVES.map((curve) => spreadPanel(curve, courses, stepsUs, clock));
}

function spreadPanel(
	curve: CurveName,
	courses: readonly CurveBands[],
	stepsUs: readonly number[],
	clock: Clock,
): Panel {
	const show = (value: number): string => formatQuantity(kindOf(curve), value, clock);
	const lines = courses.flatMap(({ name, curves }, i): Line[] => {
		const { p5, p50, p95 } = curves[curve];
		const thin = { ink: i, width: 0.7, edge: true } as const;
		return [
			{ label: `${name}: p95`, values: p95, ...thin },
			{ label: `${name}: median (5% to 95%)`, values: p50, ink: i, width: 2.4 },
			{ label: `${name}: p5`, values: p5, ...thin },
		];
	});
	const bands = courses.map((_, i): Band => ({ high: 3 * i, middle: 3 * i + 1, low: 3 * i + 2, ink: i }));
	const x = stepsUs.map((us) => secondsOf(us, clock));
	const tail =
		curve === 'unavailable'
			? openFrom(
					lines.map(({ values }) => values),
					x,
				)
			: undefined;
	return {
		id: `spread-${curve}`,
		title: TITLES[curve],
		caption: `${courses.map((branch) => findingOf(curve, branch, show)).join('; ')}. Each area holds nine tenths of its runs at every step.${tail === undefined ? '' : OPEN_TAIL}`,
		x,
		openFrom: tail,
		lines,
		bands,
		y: { show, least: curve === 'amplification' ? undefined : 0 },
		tall: true,
	};
}

/** "collapsed (10 runs): 12% at the end" */
function findingOf(curve: CurveName, { name, runs, curves }: CurveBands, show: (value: number) => string): string {
	const { p50 } = curves[curve];
	const whose = `${name} (${runs} ${runs === 1 ? 'run' : 'runs'})`;
	if (curve === 'goodput-share') return `${whose}: ${said(lastOf(p50), show)} at the end, in the median`;
	return `${whose}: at most ${said(highestOf(p50), show)} in the median`;
}

const said = (value: number | null, show: (value: number) => string): string =>
	value === null ? 'nothing' : show(value);

const lastOf = (values: Values): number | null => {
	const last = values.findLast((value) => value !== null);
	return last === undefined ? null : last;
};

const highestOf = (values: Values): number | null =>
	values.reduce<number | null>(
		(high, value) => (value !== null && (high === null || value > high) ? value : high),
		null,
	);
