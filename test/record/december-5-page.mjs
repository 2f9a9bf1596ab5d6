/** The study as a page of its own: canaries across, guards down, in all five figures; the reading; every row. */
import { CELLS, COLUMNS, filled, whole } from './december-5-show.mjs';

/** Figures by the cell of the table that says them, with the value that is drawn. */
const PLANES = [
	{
		cell: 'failed',
		ramp: 'bad',
		most: null,
		title: 'Failed requests in production',
		caption: ({ least, most }) =>
			`From ${least} to ${most}: a guard that is too high or too late costs as much as none.`,
		value: ({ failed }) => Math.max(0, failed.mean),
		brief: whole,
		scale: 'log',
		unit: 'failed requests',
		boundary: { meaning: 'one thousand failed requests', above: 1000 },
	},
	{
		cell: 'reverted',
		ramp: 'plain',
		most: null,
		title: 'Seconds from the first push until all was back',
		caption: ({ least, most }) => `From ${least} to ${most}, over the runs that reverted; people alone take 1,440 s.`,
		value: ({ reverted }) => reverted.mean,
		brief: whole,
		scale: 'log',
		unit: 's',
		boundary: { meaning: 'two minutes', above: 120 },
	},
	{
		cell: 'tool',
		ramp: 'plain',
		most: 20,
		title: 'Runs of 20 in which a tool reverted, in production',
		caption: ({ full, count }) => `In all 20 runs in ${full} of ${count} cells.`,
		value: ({ detect }) => detect.hits,
		brief: String,
		scale: 'linear',
		unit: 'of 20 runs',
		boundary: { meaning: 'more than half of the runs', above: 10 },
	},
	{
		cell: 'staging',
		ramp: 'bad',
		most: 20,
		title: 'Runs of 20 that trip under the staging mix',
		caption: ({ none, count }) =>
			`None in ${none} of ${count} cells: what staging does not meet, its gates cannot see.`,
		value: ({ staging }) => staging.hits,
		brief: String,
		scale: 'linear',
		unit: 'of 20 runs',
		boundary: null,
	},
	{
		cell: 'clean',
		ramp: 'bad',
		most: 20,
		title: 'False alarms: runs of 20 that trip with a patch that breaks nothing',
		caption: ({ none, count }) => `None in ${none} of ${count} cells.`,
		value: ({ clean }) => clean.hits,
		brief: String,
		scale: 'linear',
		unit: 'of 20 runs',
		boundary: null,
	},
];

/**
 * @param sums of all rows @param rules of the study @param reading the text of reading.md @param version of retrystorm
 * @returns the data of its page
 */
export function studyPage(sums, rules, reading, version) {
	const sentences = plain(filled(reading, sums))
		.split('\n')
		.filter((line) => line.startsWith('- '))
		.map((line) => line.slice(2));
	const said = (start) => {
		const found = sentences.find((sentence) => sentence.startsWith(start));
		if (found === undefined) throw new Error(`reading.md has no sentence that begins with "${start}"`);
		return found;
	};
	const [canaries, guards] = [Object.keys(rules.canaries), Object.keys(rules.guards)];
	return {
		kind: 'study',
		version,
		label: 'Staging against production, December 5: which rules would have caught it',
		about: 'One defect that staging hardly meets, under every canary with every guard.',
		account:
			'THE STORY of December 5, 2025 (scenarios/december-5.yaml), not the public record. That the rules suit its world is assumed, not published.',
		asked: `${canaries.length} canaries x ${guards.length} guards and ${Object.keys(rules.own).length} systems with stages of their own, each in three worlds: the production mix, the staging mix, and a patch that breaks nothing; ${sums[0].runs} replications of each (run k has seed k), means with Student's and shares with Wilson's intervals at 95 %`,
		rerun: 'npm run december-5',
		verdicts: [
			{ text: said('Without rules people'), tone: 'bad' },
			{ text: said("The story's corrected process"), tone: 'good' },
			{ text: said("Under the staging mix none of the story's rules"), tone: 'note' },
		],
		findings: [],
		planes: PLANES.map((plane) => planeOf(plane, sums, canaries, guards)),
		reading: sentences,
		head: ['row', 'what it is', ...Object.keys(COLUMNS).slice(1)],
		rows: sums.map((row) => {
			const [name, ...cells] = Object.values(COLUMNS).map((cell) => plain(cell(row)));
			return [name, row.about, ...cells];
		}),
	};
}

/** The first guard at the bottom, as on any chart. */
function planeOf(
	{ cell, title, caption, value, brief, scale, unit, ramp, most: fullest, boundary },
	sums,
	canaries,
	guards,
) {
	const down = guards.toReversed();
	const rowsOf = (read) => down.map((guard) => canaries.map((canary) => read(called(sums, `${canary}/${guard}`))));
	const all = sums.filter(({ name }) => canaries.includes(name.split('/')[0]));
	const values = all.map(value).filter((one) => one !== null);
	const [least, most] = [Math.min(...values), Math.max(...values)];
	const text = (of) => CELLS[cell](all.find((row) => value(row) === of));
	const facts = {
		least: text(least),
		most: text(most),
		none: values.filter((one) => one === 0).length,
		full: values.filter((one) => one === 20).length,
		count: all.length,
	};
	return {
		name: '',
		title,
		caption: caption(facts),
		down: { name: 'guard', labels: down },
		across: { name: 'canary', labels: canaries },
		cells: rowsOf((row) => {
			const found = value(row);
			return found === null ? 'unknown' : Number(found.toPrecision(6));
		}),
		texts: rowsOf((row) => `${CELLS[cell](row)} (${row.about})`),
		briefs: rowsOf((row) => (value(row) === null ? '' : brief(value(row)))),
		scale,
		unit,
		ramp,
		most: fullest,
		boundary,
	};
}

function called(sums, name) {
	const found = sums.find((row) => row.name === name);
	if (found === undefined) throw new Error(`the study has no row ${name}`);
	return found;
}

/** Without the marks of Markdown. */
const plain = (text) => text.replaceAll(/[`*]/g, '');
