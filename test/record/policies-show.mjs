/** The record of the policies for readers: one table of all rows, and a text whose figures are filled in from them. */

/** Cells by the name that a text asks them by. */
const CELLS = {
	total: ({ amplification }) => factor(amplification),
	peak: ({ peak_amplification }) => factor(peak_amplification),
	back: ({ recovered, recovered_after_s }) => (recovered === 0 ? 'never' : `${recovered_after_s.toFixed(0)} s`),
	collapse: ({ collapsed }) => percent(collapsed),
	within: ({ collapsed_low, collapsed_high }) =>
		`${percent(collapsed_low).replace(' %', '')} to ${percent(collapsed_high)}`,
};

/** Counts over the rows of one outage, by the name that a text asks them by. */
const COUNTS = {
	all: () => true,
	always: ({ collapsed }) => collapsed === 1,
	never: ({ collapsed }) => collapsed === 0,
	sometimes: ({ collapsed }) => collapsed > 0 && collapsed < 1,
	quiet: ({ amplification }) => amplification < 1.01,
};

/** `[p-retry/hangs collapse]` becomes "33 %", `[all/hangs quiet]` a number of policies; what is not there stops the work. */
export function filled(text, rows) {
	return text.replaceAll(/\[([\w-]+)\/([\w-]+) (\w+)\]/g, (asked, policy, outage, cell) => {
		if (policy === 'all') return String(counted(rows, outage, COUNTS[cell], asked));
		const row = rows.find((one) => one.policy === policy && one.outage === outage);
		if (row === undefined || CELLS[cell] === undefined)
			throw new Error(`reading.md asks for ${asked}, which is not there`);
		return CELLS[cell](row);
	});
}

/** Policies of real clients: the row without retries is none. */
function counted(rows, outage, matches, asked) {
	const some = rows.filter((row) => row.outage === outage && row.policy !== 'no-retries');
	if (some.length === 0 || matches === undefined) throw new Error(`reading.md asks for ${asked}, which is not there`);
	return some.filter(matches).length;
}

export function tableOf(rows) {
	const outages = [...new Set(rows.map(({ outage }) => outage))];
	const policies = [...new Set(rows.map(({ policy }) => policy))];
	const head = ['policy', 'tries', ...outages.flatMap((outage) => [outage, 'back after', 'P(collapse)'])];
	const body = policies.map((policy) => {
		const own = rows.filter((row) => row.policy === policy);
		const [{ tries, repeats }] = own;
		const name =
			repeats === 'request' ? `\`${policy}\`` : `\`${policy}\` (${/^[aeiou]/.test(repeats) ? 'an' : 'a'} ${repeats})`;
		return [name, tries, ...own.flatMap((row) => [amplificationText(row), CELLS.back(row), collapseText(row)])];
	});
	const line = (cells) => `| ${cells.join(' | ')} |\n`;
	return [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...body].map(line).join('');
}

const amplificationText = (row) => `${CELLS.total(row)}, ${CELLS.peak(row)}`;
const collapseText = (row) => `${CELLS.collapse(row)} (${CELLS.within(row)})`;

const factor = (x) => `x${x.toFixed(x < 100 ? 2 : 0)}`;
const percent = (x) => `${(100 * x).toFixed(0)} %`;
