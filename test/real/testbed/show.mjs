/** The page as text: how it came about, one row for each client, what the rows teach, and how calm the machine was. */

const HEAD = `# Real clients, measured beside predicted

Real clients from the npm registry, each as it comes, sent against a small upstream on loopback: open-loop Poisson arrivals, 40
requests a second, 4 workers, exponential services of 60 ms, 30 waiting places and a 503 beyond them. From second 15 to 35 of 60 the
upstream works at a quarter of its speed. \`npm run testbed\` measures it anew (a minute a client) and remakes this page;
\`npm run testbed -- --pages\` remakes it from the recordings (CC0, no rights reserved).

Beside each figure that was measured stands what the simulator says of the same world under the client's preset
(\`test/real/testbed/testbed.yaml\`): the median of {runs} replications and, in brackets, the band in which one further run falls with {level}.
**Bold** is outside of it. A recording is one run, and so is held against that band, not against the interval of a mean. Of some
fifty figures two or three are to be expected outside by luck alone.

- _attempts per request_: attempts that reached the upstream / requests made.
- _peak amplification_: the highest attempts / first attempts of any 5 s.
- _to recover_: s from the end of the slowdown until from then on in every 5 s at most 5 % of the attempts fail, and three quarters
  of the 200 requests that are made in them succeed.
- _failed_: requests that failed after everything, of those made. _Seconds inside_: the least of attempts, good, rejected and timed-out ones.
`;

/** @param rows of pages.mjs @param reading what people make of them @param how of the band */
export function pageOf(rows, reading, { runs, level }) {
	const head = HEAD.replace('{runs}', String(runs)).replace('{level}', percent(level));
	const measured = rows.filter((row) => row.measured !== null);
	const absent = rows.filter((row) => row.measured === null).map(({ name }) => name);
	const columns = ['client', 'attempts per request', 'peak amplification', 'to recover', 'failed', 'seconds inside'];
	const table = tableOf(columns, measured.map(rowOf));
	const calm = tableOf(['run', 'Node', 'requests', 'lag upstream', 'lag client', 'disturbed'], measured.map(calmOf));
	const left = absent.length === 0 ? '' : `\nNot measured, for it was not installed: ${absent.join(', ')}.\n`;
	return `${head}\n${table}${left}\n${reading.trim()}\n\n## How calm the machine was\n\nHow late the event loops of upstream and client were, p99 in ms; beyond 20 ms a run counts as disturbed, and is measured again.\n\n${calm}`;
}

const rowOf = ({ name, about, measured: { perRequest, peak, recovery, failed }, coverage }) => [
	`${name} (${versionsOf(about)})`,
	cell(perRequest, (value) => value.toFixed(3)),
	cell(peak, (value) => value.toFixed(2)),
	cell(recovery, (value) => `${value} s`),
	cell(failed, percent),
	percent(coverage.least),
];

/** Of what was measured: where that is nothing but Node, of Node. */
function versionsOf({ versions: { node, ...others } }) {
	const told = Object.entries(others).map(([what, version]) => `${what} ${version}`);
	return told.length === 0 ? `Node ${node}` : told.join(', ');
}

const calmOf = ({ name, about: { versions, requests, lag, calm } }) => [
	name,
	versions.node,
	String(requests),
	String(lag.upstream.p99Ms),
	String(lag.client.p99Ms),
	calm ? 'no' : '**yes**',
];

/** "1.640, 1.594 (1.51 to 1.66)" */
function cell({ measured, predicted, band: [low, high], place }, show) {
	const text = (value) => (value === null ? 'never' : show(value));
	const seen = place === 'inside' ? text(measured) : `**${text(measured)}**`;
	return `${seen}; ${text(predicted)} (${text(low)} to ${text(high)})`;
}

const percent = (share) => `${Number((100 * share).toPrecision(3))} %`;

function tableOf(header, rows) {
	const line = (cells) => `| ${cells.join(' | ')} |\n`;
	return [header, header.map(() => '---'), ...rows].map(line).join('');
}
