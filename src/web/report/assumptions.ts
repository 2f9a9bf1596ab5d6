/** What the run rests on: every parameter with its origin, and every switch that was in force. */
import type { RunPart } from '../../report/page-data.js';
import { details, h, section, table } from './dom.js';

export function assumptionsSection({ assumptions }: RunPart): HTMLElement {
	const { head, parameters, switches } = assumptions;
	return section(
		'assumptions',
		'Assumptions',
		h(
			'p',
			{ class: 'lead' },
			`${parameters.length} parameters were written by the scenario's author; all others are defaults, and stand among the switches.`,
		),
		head === ''
			? null
			: h('pre', { class: 'head', tabindex: 0, role: 'group', 'aria-label': "The scenario's own words" }, head),
		details('Every parameter, with where it is from', () => [
			table(
				'Parameters',
				['parameter', 'value', 'origin', 'what the author says'],
				parameters.map(({ path, value, origin, note }) => [path, String(value), origin, note]),
			),
		]),
		details('Every switch in force, in the engine’s units', () => [table('Switches', ['switch', 'value'], switches)]),
	);
}
