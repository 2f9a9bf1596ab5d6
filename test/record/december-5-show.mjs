/** The study for readers: the table of all rows, and a text whose figures are filled in from them. */

/** Cells by the name that a text asks them by. */
export const CELLS = {
	tool: ({ detect }) => shareText(detect),
	tripped: ({ tripped }) => secondsText(tripped),
	reverted: ({ reverted }) => secondsText(reverted),
	failed: ({ failed }) => within(failed, whole),
	exposed: ({ exposed }) => within(exposed, percent),
	staging: ({ staging }) => shareText(staging),
	clean: ({ clean }) => shareText(clean),
};

/** `[row failed]` becomes "410,000 ± 2,000 (`row`)"; a row or cell that is not there stops the work. */
export function filled(text, rows) {
	return text.replaceAll(/\[([\w-]+\/[\w-]+) (\w+)\]/g, (_, name, cell) => {
		const row = rows.find((one) => one.name === name);
		if (row === undefined || CELLS[cell] === undefined)
			throw new Error(`reading.md asks for ${name} ${cell}, which is not there`);
		return `${CELLS[cell](row)} (\`${name}\`)`;
	});
}

export const COLUMNS = {
	row: ({ name }) => `\`${name}\``,
	'reverted by a tool': CELLS.tool,
	'after (all reverts)': CELLS.reverted,
	'failed requests': CELLS.failed,
	'exposed first attempts': CELLS.exposed,
	'false alarms, staging': CELLS.staging,
	'false alarms, clean': CELLS.clean,
};

export function tableOf(rows) {
	const line = (cells) => `| ${cells.join(' | ')} |\n`;
	const head = Object.keys(COLUMNS);
	const body = rows.map((row) => line(Object.values(COLUMNS).map((cell) => cell(row))));
	return line(head) + line(head.map((_, i) => (i === 0 ? '---' : '--:'))) + body.join('');
}

export const whole = (x) => (Math.round(x) + 0).toLocaleString('en-US');
const percent = (x) => `${(100 * x).toFixed(2)} %`;

function within({ mean, interval }, show) {
	if (mean === null) return '-';
	if (interval === null || interval.low === interval.high) return show(mean);
	return `${show(mean)} ± ${show((interval.high - interval.low) / 2).replace(' %', '')}`;
}

const secondsText = (mean) => (mean.mean === null ? '-' : `${within(mean, (x) => x.toFixed(0))} s`);

const shareText = ({ hits, n }) => `${hits} of ${n}`;
