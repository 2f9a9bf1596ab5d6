/** Why: the chain of events, what every gate saw against its limit, who made the retries, and what was lost to what. */
import { formatCount, formatInstant, formatQuantity } from '../../../metrics/definitions/format.js';
import type { RunPart } from '../../../report/run/page-data.js';
import { OTHER_REASONS } from '../../../report/text/other-reasons.js';
import type { Mark } from '../chart/shared-axis.js';
import { at, number } from '../dom/data-path.js';
import { details, h, table } from '../dom/dom.js';
import { secondsOf } from '../dom/time.js';

export function marksOf({ moments, clock }: RunPart, time: (x: number) => string): Mark[] {
	return moments.map(({ atUs, kind, text }, i) => {
		const x = secondsOf(atUs, clock);
		return { x, number: i + 1, kind, text: `${time(x)} ${text}` };
	});
}

export const whyParts = (run: RunPart): HTMLElement[] => [losses(run), retries(run), gates(run)];

const KIND = { bad: 'damage', good: 'recovery', done: 'decision', note: 'marker' } as const;

export function chain({ moments, tolls, clock }: RunPart, time: (x: number) => string): HTMLElement {
	const rows = moments.map(({ atUs, text, kind }, i) => {
		const toll = tolls[i];
		return [
			h(
				'a',
				{ id: `event-${i + 1}`, href: `#mark-${i + 1}`, 'aria-label': `${i + 1}: to its mark on the chart` },
				String(i + 1),
			),
			time(secondsOf(atUs, clock)),
			h('span', { class: `kind ${kind}` }, KIND[kind]),
			text,
			toll === null ? '-' : formatCount(toll.lost),
			toll === null ? '-' : formatCount(toll.retries),
		];
	});
	return h(
		'div',
		{},
		h('h3', {}, 'Chain of events'),
		table('Chain of events', ['no.', 'time', 'kind', 'what happened', 'lost by then', 'retries by then'], rows),
	);
}

function losses(run: RunPart): HTMLElement {
	const { summary, clock } = run;
	const lost = (key: string): number | null => number(at(summary, 'lostRequests', key));
	const total = lost('total');
	const row = (name: string, key: string, meaning: string) => {
		const value = lost(key);
		const share =
			value === null || total === null || total === 0 || key === 'saved'
				? ''
				: formatQuantity('share', value / total, clock);
		const shown = value === null ? '-' : formatCount(value);
		return [
			name,
			h('data', { value: value === null ? '' : value, 'data-path': `lostRequests.${key}` }, shown),
			share,
			meaning,
		];
	};
	return h(
		'div',
		{},
		h('h3', {}, 'What was lost, and to what'),
		table(
			'Lost requests',
			['what became of them', 'requests', 'of the lost', 'meaning'],
			[
				row('lost', 'total', 'failed after everything'),
				row('direct', 'direct', 'a change or a fault failed their first attempt itself'),
				row('failed for other reasons', 'collateral', OTHER_REASONS),
				row('saved', 'saved', 'succeeded after a failed attempt'),
			],
		),
		...measuredRetries(run),
	);
}

/** What retries did, measured against the twin without them; which flag measures it, where nobody did. */
function measuredRetries({ summary, findings, retries: rows }: RunPart): HTMLElement[] {
	const said = findings.find(({ label }) => label === 'retries');
	const text = said === undefined ? null : h('p', {}, `Retries: ${said.text}.`);
	const of = (key: string): HTMLElement | string => {
		const value = number(at(summary, 'explained', key));
		return value === null ? '-' : h('data', { value, 'data-path': `explained.${key}` }, formatCount(value));
	};
	if (number(at(summary, 'explained', 'lost')) === null) {
		return text === null || rows.every((row) => row.retries === 0) ? [] : [text];
	}
	return [
		...(text === null ? [] : [text]),
		table(
			'Lost with and without retries',
			['part', 'requests', 'meaning'],
			[
				['direct', of('direct'), 'failed by a change or a fault itself'],
				['more without retries', of('moreWithoutRetries'), 'lost in the twin without retries, beyond the direct ones'],
				['added by retries', of('addedByRetries'), 'lost here - lost in the twin; below 0: saved'],
				['lost', of('lost'), 'the sum of the three'],
			],
		),
	];
}

function retries({ retries: rows, clock }: RunPart): HTMLElement {
	const title = h('h3', {}, 'Who made the retries');
	if (rows.every((row) => row.retries === 0)) return h('div', {}, title, h('p', {}, 'Nobody sent a retry.'));
	const share = (value: number): string => formatQuantity('share', value, clock);
	return h(
		'div',
		{},
		title,
		table(
			'Retries by population and layer',
			['population', 'layer (1 is the innermost)', 'retries', 'of all retries', 'its share of all requests'],
			rows.map((row) => [
				row.population,
				`${row.depth}: ${row.layer}`,
				formatCount(row.retries),
				share(row.share),
				share(row.trafficShare),
			]),
		),
	);
}

function gates({ log, gates: readings, clock }: RunPart): HTMLElement {
	const title = h('h3', {}, 'Every decision, with what it saw');
	if (log.length === 0) return h('div', {}, title, h('p', {}, 'Nothing was rolled out, and nobody decided anything.'));
	const value = (share: number | null): string => (share === null ? '-' : formatQuantity('share', share, clock));
	const row = (line: RunPart['log'][number]) => {
		const { decision } = line;
		const until = line.toUs > line.fromUs ? ` to ${formatInstant(line.toUs, clock)}` : '';
		return [
			`${formatInstant(line.fromUs, clock)}${until}`,
			`${decision.rollout}${decision.stage === '' ? '' : ` / ${decision.stage}`}`,
			decision.check === null ? decision.by : `${decision.by} (${decision.check})`,
			decision.what,
			value(decision.seen),
			value(decision.limit),
			decision.samples === null ? '-' : formatCount(decision.samples),
			line.text,
		];
	};
	const head = ['time', 'rollout / stage', 'by', 'what', 'saw', 'limit', 'samples', 'in words'];
	const rows = readings.flatMap(({ name, looks: all }) =>
		all.map((look) => [
			formatInstant(look.atUs, clock),
			name,
			look.what,
			value(look.seen),
			value(look.limit),
			look.samples === null ? '-' : formatCount(look.samples),
		]),
	);
	return h(
		'div',
		{},
		title,
		table('Decisions', head, log.map(row)),
		rows.length === 0
			? null
			: details(`Every look of every gate (${rows.length})`, () => [
					table('Looks of gates', ['time', 'gate', 'said', 'saw', 'limit', 'samples'], rows),
				]),
	);
}
