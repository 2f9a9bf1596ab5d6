/** The files of one run. All but `timing.json` are the same bytes for the same scenario, seed and version. */
import { join } from 'node:path';
import type { Replayed } from '../experiment/replay.js';
import { UserError } from '../kernel/check.js';
import { decisionsCsv, timeseriesChunks } from '../report/csv.js';
import { manifest, summary, toJson } from '../report/json.js';
import { type Text, writeAll } from './files.js';
import { complain } from './finish.js';
import { hasBegun } from './print.js';
import { sha256 } from './provenance.js';
import type { RunOptions } from './run-options.js';
import { VERSION } from './version.js';

interface Writing {
	/** the scenario file */
	readonly text: string;
	/** wall time by trial label; a variant that shared another's run has none of its own */
	readonly wallMs: ReadonlyMap<string, number>;
	readonly options: Pick<RunOptions, 'out' | 'quiet' | 'format'>;
}

/** Writes the files of every run that has begun, whatever becomes of the others. @returns false where one could not be written */
export function writeResults(replayed: readonly Replayed[], { text, wallMs, options }: Writing): boolean {
	const scenarioSha256 = sha256(text);
	const notes: string[] = [];
	let written = true;
	for (const one of replayed.filter(hasBegun)) {
		const dir = folderOf(options.out, one, replayed.length > 1);
		try {
			writeAll(dir, resultFiles(one, scenarioSha256, wallMs));
			notes.push(`results: ${dir}\n`);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			complain(`${error.message}; --out DIR writes elsewhere`);
			written = false;
		}
	}
	const space = options.format === 'text' && notes.length > 0 ? '\n' : '';
	if (!options.quiet) process.stderr.write(space + notes.join(''));
	return written;
}

/** results/NAME/VARIANT/SEED, or what --out says; several variants under one --out get a folder each. */
function folderOf(out: string | undefined, { scenario, outcome }: Replayed, several: boolean): string {
	if (out === undefined) return join('results', scenario.name, scenario.variant, String(outcome.seed));
	return several ? join(out, scenario.variant) : out;
}

function resultFiles(
	{ scenario, outcome, judgements }: Replayed,
	scenarioSha256: string,
	wallMs: ReadonlyMap<string, number>,
): Record<string, Text> {
	const { world, resolved } = scenario;
	const timing = {
		wall_ms: wallMs.get(scenario.variant) ?? null,
		events: outcome.events,
		node: process.version,
		stopped: outcome.stopped,
	};
	return {
		'summary.json': toJson(summary(outcome, world, judgements, VERSION)),
		'timeseries.csv': timeseriesChunks(outcome),
		'decisions.csv': decisionsCsv(outcome),
		'manifest.json': toJson(manifest({ version: VERSION, scenarioSha256, scenario: resolved, world, outcome })),
		'timing.json': `${JSON.stringify(timing, null, 2)}\n`,
	};
}
