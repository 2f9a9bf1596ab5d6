/** The page of replications: how often it ends how, what each branch did over time, its figures, and a line for every run. */
import { formatQuantity } from '../../../metrics/definitions/format.js';
import { isTime, kindOf, spokenName } from '../../../metrics/definitions/metrics.js';
import type { Json } from '../../../report/files/json.js';
import type { ReplicatePage } from '../../../report/replicate/page-data.js';
import { HOW, staged } from '../chart/aligned-charts.js';
import { spreadPanels } from '../chart/band-panels.js';
import { at, entries, list, number } from '../dom/data-path.js';
import { type Child, details, h, section, table } from '../dom/dom.js';
import { intervalBar } from '../dom/interval-bar.js';
import { secondsOf, timeText } from '../dom/time.js';
import { closingOf, openingOf } from '../sections/experiment.js';

export function replicatePage(page: ReplicatePage): Node[] {
	return [
		openingOf(page, 'many runs under different luck'),
		ends(page, 'How it ends', WORDS),
		courses(page),
		figures(page),
		runs(page),
		closingOf(page),
	].filter((node) => node !== null);
}

const WORDS: Readonly<Record<string, string>> = {
	collapsed: 'it stays down: P(collapsed)',
	cascaded: 'a place loses most of its requests: P(cascaded)',
	'recovered-at-all': 'all is well again: P(recovered)',
};

/** Shares of runs with their intervals. @param words what each of them is called */
export function ends(
	{ summary }: Pick<ReplicatePage, 'summary'>,
	title: string,
	words: Readonly<Record<string, string>>,
): HTMLElement {
	const rows = entries(at(summary, 'probabilities')).map(([end, found]): Child[] => {
		const [low, high] = list(at(found, 'interval')).map(Number);
		const share = number(at(found, 'share'));
		const path = `probabilities.${end}.share`;
		const said = share === null ? '-' : formatShare(share);
		return [
			words[end] ?? end,
			h('data', { value: share === null ? '' : share, 'data-path': path }, said),
			`${formatShare(low)} to ${formatShare(high)}`,
			`${String(at(found, 'hits'))} of ${String(at(found, 'of'))}${undecidedOf(found)}`,
			intervalBar({ low, value: share, high }, { from: 0, to: 1 }),
		];
	});
	return section(
		'ends',
		title,
		h('p', { class: 'hint' }, 'Bars run from 0% to 100%: the interval, and in it what was seen.'),
		table(title, ['what', 'share of runs', 'interval', 'runs', '0% to 100%'], rows),
	);
}

/** Of whatever has no such count there is none undecided. */
function undecidedOf(found: Json): string {
	const undecided = number(at(found, 'undecided'));
	return undecided === null || undecided === 0 ? '' : `, ${undecided} undecided`;
}

const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };
const formatShare = (share: number): string => formatQuantity('share', share, NO_CLOCK);

function courses({ courses: all, stepsUs, clock }: ReplicatePage): HTMLElement | null {
	if (all.length === 0 || stepsUs.length < 2) return null;
	const time = (x: number): string => timeText(x, clock);
	const start = secondsOf(stepsUs[0], clock);
	const step = (stepsUs[1] - stepsUs[0]) / 1e6;
	const end = secondsOf(stepsUs[stepsUs.length - 1], clock);
	const staging = { start, end, step, marks: [], time };
	return section(
		'courses',
		'What the runs did over time, the branches apart',
		...staged(
			spreadPanels(all, stepsUs, clock),
			staging,
			`A mean over runs that collapsed and runs that did not would describe none of them. ${HOW}`,
		),
	);
}

function figures({ summary, clock }: ReplicatePage): HTMLElement {
	const branches = list(at(summary, 'branches'));
	const show = (name: string, value: Json): string => {
		const raw = number(value);
		const kind = kindOf(name);
		return formatQuantity(kind, raw === null ? null : isTime(kind) ? raw * 1e6 : raw, clock);
	};
	const around = (name: string, interval: Json): string => {
		const ends = list(interval);
		return ends.length < 2 ? '' : ` (${show(name, ends[0])} to ${show(name, ends[1])})`;
	};
	const runsOf = (value: Json): string => {
		const undecided = number(at(value, 'undecided'));
		const runs = String(at(value, 'runs'));
		return undecided === null ? runs : `${runs}, and undecided in ${undecided}`;
	};
	return section(
		'figures',
		'Figures of each branch',
		h(
			'p',
			{ class: 'hint' },
			'Means with their interval, and the 5 %, 50 % and 95 % quantiles over the runs, with theirs.',
		),
		...branches.map((branch, b) => {
			const name = String(at(branch, 'name'));
			const all = entries(at(branch, 'figures'));
			const rowsOf = (some: typeof all): Child[][] =>
				some.map(([figure, value]) => {
					const path = `branches.${b}.figures.${figure}.mean`;
					const mean = number(at(value, 'mean'));
					const quantile = (p: string): string => {
						const found = at(value, 'quantiles', p);
						return found === null ? '' : `${show(figure, at(found, 'value'))}${around(figure, at(found, 'interval'))}`;
					};
					return [
						spokenName(figure),
						h(
							'data',
							{ value: mean === null ? '' : mean, 'data-path': path },
							`${show(figure, mean)}${around(figure, at(value, 'interval'))}`,
						),
						quantile('p5'),
						quantile('p50'),
						quantile('p95'),
						runsOf(value),
					];
				});
			const head = ['figure', 'mean', 'p5', 'p50', 'p95', 'runs'];
			const measured = all.filter(([, value]) => at(value, 'quantiles') !== null);
			return h(
				'div',
				{},
				h('h3', {}, `${name}: ${String(at(branch, 'runs'))} runs`),
				table(`Headlines of the runs that ended ${name}`, head, rowsOf(measured)),
				details(`Every figure of the runs that ended ${name}`, () => [table(`Figures, ${name}`, head, rowsOf(all))]),
			);
		}),
	);
}

function runs({ runs: { quantities, rows, left }, clock }: ReplicatePage): HTMLElement {
	const cells = rows.map(({ seed, branch, values, undecided }) => [
		String(seed),
		branch,
		...quantities.map((name, i) =>
			undecided.includes(name) ? 'undecided' : formatQuantity(kindOf(name), values[i], clock),
		),
	]);
	return section(
		'runs',
		'Every run',
		h(
			'p',
			{ class: 'hint' },
			`run --seed shows any of them whole.${left > 0 ? ` ${left} more stand in replications.csv.` : ''}`,
		),
		details(`${rows.length} runs`, () => [table('Runs', ['seed', 'ended', ...quantities], cells)]),
	);
}
