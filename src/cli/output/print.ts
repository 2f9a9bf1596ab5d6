/** What standard output gets: one story in full, the verdicts of the other variants, and all of them side by side. */
import type { Replayed } from '../../experiment/run/replay.js';
import { toJson } from '../../report/files/json.js';
import { sideBySide } from '../../report/run/side-by-side.js';
import { summary } from '../../report/run/summary.js';
import { timeseriesChunks } from '../../report/run/tables.js';
import { closingLine, openingLine, runReport, verdictReport } from '../../report/run/text.js';
import type { Style } from '../../report/text/style.js';
import { BASE } from '../../scenario/variants.js';
import type { RunOptions } from '../flags/run-options.js';
import { VERSION } from './version.js';

/**
 * @param replayed at least one, for CSV only one; in text, runs that were interrupted before they began are left out; JSON has them all, marked partial
 * @param rerun gives the command that repeats one variant
 */
export function printed(
	replayed: readonly Replayed[],
	format: RunOptions['format'],
	rerun: (variant: string) => string,
	style: Style,
): Iterable<string> {
	if (format === 'csv') return timeseriesChunks(replayed[0].outcome);
	if (format === 'json') {
		const summaries = replayed.map((r) => summary(r.outcome, r.scenario.world, r.judgements, VERSION, r.explained));
		return [toJson(summaries.length === 1 ? summaries[0] : summaries)];
	}
	const begun = replayed.filter(hasBegun);
	const reports = begun.map(({ outcome, scenario: { world, variant }, judgements, explained }, i) =>
		(i === 0 ? runReport : verdictReport)({ outcome, world, judgements, explained, rerun: rerun(variant) }, style),
	);
	if (begun.length > 1) reports.push(sideBySide(columns(begun), style), closingLine(begun, style));
	return [begun.length === 0 ? '' : openingLine(replayed, style), reports.join('\n')];
}

/** False for a run whose turn had not come when the command was interrupted. */
export const hasBegun = ({ outcome: { stopped, toUs } }: Replayed): boolean => stopped === null || toUs > 0;

/** For all of them side by side. */
export const columns = (replayed: readonly Replayed[]) =>
	replayed.map(({ scenario: { name, variant, world }, outcome, twin }) => ({
		label: variant === BASE ? name : variant,
		outcome,
		world,
		twin,
	}));
