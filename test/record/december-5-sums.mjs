/** What the runs of a row say together: shares with Wilson's interval, means with Student's, at 95 %. */
import { stringify } from 'csv-stringify/sync';
import { proportion, studentMean } from 'retrystorm';

/**
 * @param runs the lines of runs.csv; `''` where nothing happened. Requests lost are those beyond the clean world's under the
 * same seed, with the same canary and nobody looking: a guard that does not trip changes nothing there.
 */
export function summed(rows, runs) {
	const byRow = grouped(runs);
	const undisturbed = (canary) => byRow.get(`${canary}/none`).filter(({ world }) => world === 'clean');
	return rows.map(({ name, about, canary }) => {
		const own = byRow.get(name) ?? [];
		const [production, staging, clean] = ['production', 'staging', 'clean'].map((world) =>
			own.filter((run) => run.world === world),
		);
		const mean = (column) => studentMean(production.map((run) => run[column]).filter((value) => value !== ''));
		return {
			name,
			about,
			runs: production.length,
			detect: trips(production),
			tripped: mean('tripped_after_s'),
			reverted: mean('reverted_after_s'),
			failed: studentMean(production.map((run, k) => run.lost_requests - undisturbed(canary)[k].lost_requests)),
			exposed: mean('exposed_first_attempts'),
			staging: trips(staging),
			clean: trips(clean),
		};
	});
}

const trips = (runs) => proportion(runs.filter((run) => run.tripped_after_s !== '').length, runs.length);

function grouped(runs) {
	const groups = new Map();
	for (const run of runs) groups.set(run.row, [...(groups.get(run.row) ?? []), run]);
	return groups;
}

export function rowsCsv(sums) {
	return stringify(
		sums.map((row) => ({
			row: row.name,
			runs: row.runs,
			...cells('reverted_by_tool', row.detect.share, row.detect.interval),
			...cells('tripped_after_s', row.tripped.mean, row.tripped.interval),
			...cells('reverted_after_s', row.reverted.mean, row.reverted.interval),
			...cells('failed_requests', row.failed.mean, row.failed.interval),
			...cells('exposed_first_attempts', row.exposed.mean, row.exposed.interval),
			...cells('false_alarm_staging', row.staging.share, row.staging.interval),
			...cells('false_alarm_clean', row.clean.share, row.clean.interval),
		})),
		{ header: true },
	);
}

function cells(name, value, interval) {
	return { [name]: digits(value), [`${name}_low`]: digits(interval?.low), [`${name}_high`]: digits(interval?.high) };
}

const digits = (x) => (x === null || x === undefined ? '' : Number(x.toPrecision(6)));
