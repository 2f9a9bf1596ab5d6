/** Every figure of summary.json, each with its exact value in the element's `value`. */
import { formatQuantity } from '../../../metrics/definitions/format.js';
import { kindOf, QUANTITIES, spokenName } from '../../../metrics/definitions/metrics.js';
import type { Json } from '../../../report/files/json.js';
import type { RunPart } from '../../../report/run/page-data.js';
import { at, entries, list, number } from '../dom/data-path.js';
import { type Child, details, h, section, table } from '../dom/dom.js';

const GROUPS = [
	['figures', 'Shares, factors and rates'],
	['milestones', 'Milestones'],
	['seconds', 'Times'],
	['counts', 'Counts'],
] as const;

const HELP: ReadonlyMap<string, string> = new Map(QUANTITIES.map(({ name, help }) => [name, help]));

export function numbersSection(run: RunPart): HTMLElement {
	return section(
		'numbers',
		'All figures of this run',
		h('p', { class: 'hint' }, 'As in summary.json beside this page.'),
		...GROUPS.map(([group, title]) => details(title, () => [groupTable(run, group, title)])),
	);
}

function groupTable(run: RunPart, group: string, title: string): HTMLElement {
	const { summary, clock } = run;
	const isOpen = (name: string): boolean => at(summary, 'undecidedTimes', name) !== null;
	const rows = entries(at(summary, group))
		.filter(([name, value]) => value !== null || isOpen(name))
		.map(([name, value]): Child[] => {
			const raw = group === 'milestones' ? number(at(value, 'offsetSeconds')) : number(value);
			const shown = raw === null ? String(value) : formatQuantity(kindOf(name), inUs(group, raw, clock.fromUs), clock);
			const path = group === 'milestones' ? `${group}.${name}.offsetSeconds` : `${group}.${name}`;
			return [
				spokenName(name),
				isOpen(name)
					? openText(run, group, name)
					: h('data', { value: raw === null ? String(value) : raw, 'data-path': path }, shown),
				helpOf(name),
			];
		});
	return table(title, ['figure', 'value', 'what it is'], rows);
}

/** What coarse time buckets hold, as a range; what a run cannot tell, with the reason. */
function openText({ summary, clock }: RunPart, group: string, name: string): Child {
	const open = at(summary, 'undecidedTimes', name);
	const range = list(at(open, 'range')).map((end) => Number(group === 'milestones' ? at(end, 'offsetSeconds') : end));
	if (range.length === 0) return `undecided: ${String(at(open, 'why'))}`;
	return range.map((end) => formatQuantity(kindOf(name), inUs(group, end, clock.fromUs), clock)).join(' to ');
}

/** Back from seconds to the microseconds that are written out. */
function inUs(group: string, value: number, fromUs: number): number {
	if (group === 'seconds') return value * 1e6;
	return group === 'milestones' ? value * 1e6 + fromUs : value;
}

const helpOf = (name: string): Json & string => {
	const help = HELP.get(name);
	return help === undefined ? '' : help;
};
