/** The files of one run. All but `timing.json` are the same bytes for the same scenario, seed and version. */
import { join } from 'node:path';
import type { Replayed } from '../experiment/replay.js';
import { decisionsCsv, timeseriesCsv } from '../report/csv.js';
import { manifest, summary, toJson } from '../report/json.js';
import { VERSION } from './version.js';

/** results/NAME/VARIANT/SEED, or what --out says; several variants under one --out get a folder each. */
export function folderOf(out: string | undefined, { scenario, outcome }: Replayed, several: boolean): string {
	const variant = scenario.variant === '' ? 'base' : scenario.variant;
	if (out === undefined) return join('results', scenario.name, variant, String(outcome.seed));
	return several ? join(out, variant) : out;
}

/** @param wallMs wall time by trial label; a variant that shared another's run has none of its own */
export function resultFiles(
	{ scenario, outcome, judgements }: Replayed,
	wallMs: ReadonlyMap<string, number>,
): Record<string, string> {
	const { world, hash, resolved } = scenario;
	const timing = {
		wall_ms: wallMs.get(scenario.variant) ?? null,
		events: outcome.events,
		node: process.version,
		stopped: outcome.stopped,
	};
	return {
		'summary.json': toJson(summary(outcome, world, judgements, VERSION)),
		'timeseries.csv': timeseriesCsv(outcome),
		'decisions.csv': decisionsCsv(outcome),
		'manifest.json': toJson(manifest({ version: VERSION, scenarioHash: hash, scenario: resolved, world, outcome })),
		'timing.json': `${JSON.stringify(timing, null, 2)}\n`,
	};
}
