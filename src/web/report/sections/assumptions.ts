/** What the run rests on: every parameter with its origin, and every switch that was in force. */
import type { Assumptions } from '../../../report/page/parts.js';
import { type Child, details, h, section, table } from '../dom/dom.js';

/** Where the author says nothing, nothing is guessed. */
const UNSAID = 'not said';

export function assumptionsSection(
	{ head, parameters, switches, left, beyond }: Assumptions,
	...first: readonly Child[]
): HTMLElement {
	return section(
		'assumptions',
		'What was assumed',
		...first,
		h('p', { class: 'lead' }, summaryOf(parameters)),
		head === ''
			? null
			: h('pre', { class: 'head', tabindex: 0, role: 'group', 'aria-label': "The scenario's own words" }, head),
		details('Every parameter, with its origin', () => [
			table(
				'Parameters',
				['parameter', 'value', 'origin', 'where it stands', 'what the author says'],
				parameters.map(({ path, value, origin, where, note }) => [
					path,
					String(value),
					origin === '' ? h('span', { class: 'unsaid' }, UNSAID) : origin,
					where,
					note,
				]),
			),
		]),
		details(switchesTitle(beyond, switches.length), () => [table('Switches', ['switch', 'value'], switches)]),
		left === 0 ? null : h('p', { class: 'hint' }, `${left} more lines stand in manifest.json beside this page.`),
	);
}

const switchesTitle = (beyond: string | undefined, count: number): string =>
	beyond === undefined
		? 'Every switch in force, in the engine’s units'
		: `The ${count} switches that differ from those of ${beyond}, in the engine’s units`;

/** "96 parameters were written by the author: 60 assumed, 6 published, of 30 the origin is not said." */
function summaryOf(parameters: Assumptions['parameters']): string {
	const countOf = (word: string): number => parameters.filter(({ origin }) => origin === word).length;
	const said = [...new Set(parameters.map(({ origin }) => origin))]
		.filter((word) => word !== '')
		.toSorted((a, b) => countOf(b) - countOf(a));
	const words = said.map((word) => `${countOf(word)} ${word}`);
	if (countOf('') > 0) words.push(`of ${countOf('')} the origin is not said`);
	return `${parameters.length} parameters were written by the scenario's author: ${words.join(', ')}. All others are defaults, and stand among the switches.`;
}
