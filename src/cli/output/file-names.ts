/** The names of the files that commands leave in a folder of results. */

/** Written last: whoever finds it knows that the others are whole. */
export const SUMMARY = 'summary.json';

export const JOURNAL = 'journal.ndjson';

export const MANIFEST = 'manifest.json';

/** What the page shows beyond the summary: `retrystorm report` makes it again from both. */
export const EXTRA_FILE = 'page.json';

/** All others. A command that writes to a folder deletes those of an earlier one that it does not write itself. */
export const RESULT_FILES: readonly string[] = [
	MANIFEST,
	EXTRA_FILE,
	'report.html',
	'timeseries.csv',
	'decisions.csv',
	'timing.json',
	'replications.csv',
	'bands.csv',
	'pairs.csv',
	'differences.csv',
	'points.csv',
	'gate.csv',
	'checks.csv',
	'measured.csv',
	'measured.json',
];
