/**
 * A report as Markdown, to paste into a ticket or a postmortem: the verdict, the figures, the timeline, the expectations. The
 * same text from `report --format md` and from the page's button. Opens no file.
 */

import type { Verdict } from '../experiment/task/judge.js';
import { formatInstant } from '../metrics/definitions/format.js';
import type { Json } from './files/json.js';
import type { PageData } from './page-data.js';
import type { RunPart, RunsPage } from './run/page-data.js';
import { closingJudgement, ofStopped } from './text/judgement.js';

/** @returns null where a page has no report in words (a study) */
export function markdownOf(data: PageData): string | null {
	switch (data.kind) {
		case 'runs':
			return runsMarkdown(data);
		case 'choice':
			return data.pages.map((page) => markdownOf(page)).join('\n');
		case 'study':
			return null;
		default: {
			const { label, version, asked, verdicts, findings, rerun, summary } = data;
			return blocks([
				`# ${plain(label)}`,
				`*Retrystorm ${version}: simulated. ${plain(asked)}*`,
				...verdicts.map(({ text }, i) => (i === 0 ? `**${plain(text)}**` : plain(text))),
				table(
					['figure', 'value'],
					findings.map((one) => [one.label, one.text]),
				),
				expectations(summary),
				again(rerun),
			]);
		}
	}
}

function runsMarkdown({ version, runs, beside }: RunsPage): string {
	const parts = runs.map((run) => runMarkdown(run, version));
	if (beside === null) return parts.join('\n');
	const judged = runs.map((run) => ({ label: run.label, verdicts: verdictsOf(run) }));
	const { text } = closingJudgement(judged);
	const rows = beside.rows.map(({ label, cells }) => [label.trim(), ...cells]);
	const head = [`**${plain(text)}**`, beside.sentence === null ? '' : plain(beside.sentence)];
	return [blocks([...head, table(['figure', ...beside.labels], rows)]), ...parts].join('\n');
}

const verdictsOf = ({ summary }: RunPart): Verdict[] => {
	const all = expectationsIn(summary).map((one) => String(one.verdict) as Verdict);
	return fieldOf(summary, 'partial') === true ? ofStopped(all) : all;
};

/** One run. */
export function runMarkdown(run: RunPart, version: string): string {
	const { label, about, judgement, sentence, keyFigures, findings, moments, clock, rerun, summary, asked } = run;
	const rows = moments.map(({ atUs, text }, i) => [String(i + 1), formatInstant(atUs, clock), text]);
	return blocks([
		`# ${plain(label)}`,
		plain(about),
		`**${plain(judgement.text)}**`,
		plain(sentence),
		table(
			['figure', 'value'],
			[
				...keyFigures.map((one) => [one.label, one.note === '' ? one.value : `${one.value} (${one.note})`]),
				...findings.map((one) => [one.label, one.text]),
			],
		),
		expectations(summary),
		rows.length === 0 ? '' : `## Timeline\n\n${table(['no.', 'time', 'what happened'], rows)}`,
		`*Retrystorm ${version}: a simulation. ${plain(asked)}*`,
		again(rerun),
	]);
}

/** What stands here is what was judged: undecided is not a pass. */
function expectations(summary: Json): string {
	const rows = expectationsIn(summary).map(({ verdict, text, seenText }) => [
		String(verdict),
		String(text),
		typeof seenText === 'string' ? seenText : '-',
	]);
	return rows.length === 0 ? '' : `## Expectations\n\n${table(['verdict', 'expectation', 'seen'], rows)}`;
}

type Expectation = { readonly verdict?: Json; readonly text?: Json; readonly seenText?: Json };

const expectationsIn = (summary: Json): Expectation[] => {
	const all = fieldOf(summary, 'expectations');
	if (!Array.isArray(all)) return [];
	return all.filter((one) => fieldOf(one, 'verdict') !== null) as Expectation[];
};

const fieldOf = (value: Json, key: string): Json =>
	value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, key)
		? (value as { readonly [name: string]: Json })[key]
		: null;

const blocks = (all: readonly string[]): string => `${all.filter((text) => text !== '').join('\n\n')}\n`;

const again = (rerun: string | null): string => {
	if (rerun === null) return '';
	const longest = Math.max(0, ...[...rerun.matchAll(/`+/g)].map(([ticks]) => ticks.length));
	const fence = '`'.repeat(longest + 1);
	const pad = longest > 0 ? ' ' : '';
	return `Run again: ${fence}${pad}${rerun.replaceAll(/\s+/g, ' ')}${pad}${fence}`;
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
	return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

/** Text stays text: nothing that an author wrote becomes markup, a link or a further cell. */
const plain = (text: string): string =>
	text
		.replaceAll(/\s+/g, ' ')
		.trim()
		.replaceAll(/[\\`*_[\]<>|#~&]/g, (sign) => `\\${sign}`);
