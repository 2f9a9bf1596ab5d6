/** The files of one run. All but `timing.json` are the same bytes for the same scenario, seed and version. */

import { join, relative } from 'node:path';
import type { Text } from '../../executors/disk.js';
import type { Replayed } from '../../experiment/run/replay.js';
import { UserError } from '../../kernel/errors.js';
import { type Json, jsonOf, toJson } from '../../report/files/json.js';
import { runPart, runsPage } from '../../report/run/page.js';
import type { RunPart, RunsPage } from '../../report/run/page-data.js';
import { manifest, summary } from '../../report/run/summary.js';
import { decisionsCsv, timeseriesChunks } from '../../report/run/tables.js';
import type { Scenario } from '../../scenario/load.js';
import type { ExperimentFlags } from '../flags/experiment-flags.js';
import type { RunOptions } from '../flags/run-options.js';
import { complain } from './exit.js';
import { EXTRA_FILE } from './file-names.js';
import { PAGE_FILE, pageText, sharedFolder } from './page.js';
import { pageRecord } from './page-record.js';
import { columns, hasBegun } from './print.js';
import { sha256 } from './provenance.js';
import { dropHead, lockAndWrite } from './result-folder.js';
import { type FolderFlags, ownFolder, setNames, withSets } from './result-folders.js';
import { VERSION } from './version.js';

interface Writing {
	/** the scenario file */
	readonly text: string;
	/** wall time by trial label; a variant that shared another's run has none of its own */
	readonly wallMs: ReadonlyMap<string, number>;
	/** the command that gives a variant's run again */
	readonly rerun: (variant: string) => string;
	/** by variant, as `runFolders` chose them */
	readonly folders: ReadonlyMap<string, string>;
	readonly options: Pick<RunOptions, 'out' | 'set' | 'quiet' | 'format' | 'report'> & Pick<ExperimentFlags, 'restart'>;
}

/** Writes the files of every run that has begun, whatever becomes of the others. @returns false where one could not be written */
export function writeResults(replayed: readonly Replayed[], writing: Writing): boolean {
	const { options, folders: dirs } = writing;
	const dirOf = ({ scenario }: Replayed): string => dirs.get(scenario.variant) ?? scenario.variant;
	const begun = replayed.filter(hasBegun);
	const summaries = begun.map(({ outcome, scenario, judgements, explained }) =>
		jsonOf(summary(outcome, scenario.world, judgements, VERSION, explained)),
	);
	const parts = options.report
		? begun.map((one, i) => runPart(one, writing.rerun(one.scenario.variant), VERSION, summaries[i]))
		: null;
	const notes: string[] = [];
	let written = true;
	const attempt = (write: () => string | null): void => {
		try {
			const note = write();
			if (note !== null) notes.push(`${note}\n`);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			complain(`${error.message}; --out DIR writes elsewhere`);
			written = false;
		}
	};
	// No page may say of old and new runs that they are one.
	if (begun.length > 1) {
		attempt(() => {
			dropHead(sharedDir(options, begun));
			return null;
		});
		if (!written) return false;
	}
	for (const [i, one] of begun.entries()) {
		attempt(() => {
			const dir = dirOf(one);
			const page = parts === null ? {} : runFiles([parts[i]], [one]);
			lockAndWrite(dir, { ...resultFiles(one, summaries[i], writing), ...page }, options.restart === true);
			return `results: ${dir}`;
		});
	}
	if (parts !== null && begun.length > 1) {
		attempt(() => {
			const dir = sharedDir(options, begun);
			const page = runsPage(parts, columns(begun), VERSION);
			const folders = begun.map((one) => relative(dir, dirOf(one)));
			const extra: SharedRuns = { kind: 'runs', version: VERSION, folders, beside: page.beside };
			const files = { [PAGE_FILE]: pageText(page), [EXTRA_FILE]: pageRecord(extra, null) };
			lockAndWrite(dir, files, options.restart === true);
			return `report: ${join(dir, PAGE_FILE)}`;
		});
	}
	const space = options.format === 'text' && notes.length > 0 ? '\n' : '';
	if (!options.quiet) process.stderr.write(space + notes.join(''));
	return written;
}

/**
 * By variant, before anything runs: results/NAME/VARIANT/SEED, or what --out says; several variants under one --out get a
 * folder each.
 * @throws UserError (exit 2) where --out names a folder that holds another world
 */
export function runFolders(
	scenarios: readonly Scenario[],
	seed: number,
	options: Pick<RunOptions, 'out' | 'set'> & FolderFlags,
): Map<string, string> {
	const { out, set } = options;
	return new Map(
		scenarios.map((scenario) => {
			const { name, variant } = scenario;
			const own = out !== undefined && scenarios.length > 1 ? join(out, variant) : out;
			const dir = own === undefined ? join('results', name, withSets(variant, set), String(seed)) : own;
			return [variant, ownFolder(dir, { scenario, seed }, options)];
		}),
	);
}

/** All variants on one page. */
function sharedDir({ out, set }: Pick<RunOptions, 'out' | 'set'>, begun: readonly Replayed[]): string {
	const [{ scenario, outcome }] = begun;
	const variants = begun.map((one) => one.scenario.variant);
	return out === undefined ? sharedFolder(scenario.name, [...variants, ...setNames(set)], String(outcome.seed)) : out;
}

/** page.json of a page that several runs share: where they are, and what only all of them say. */
export type SharedRuns = Pick<RunsPage, 'kind' | 'version' | 'beside'> & {
	/** as seen from its own */
	readonly folders: readonly string[];
};

function runFiles(parts: readonly RunPart[], replayed: readonly Replayed[]): Record<string, Text> {
	const { summary: said, ...extra } = parts[0];
	return {
		[EXTRA_FILE]: pageRecord(extra, said),
		[PAGE_FILE]: pageText(runsPage(parts, columns(replayed), VERSION)),
	};
}

function resultFiles(
	{ scenario, outcome }: Replayed,
	said: Json,
	{ text, wallMs }: Pick<Writing, 'text' | 'wallMs'>,
): Record<string, Text> {
	const { world, resolved } = scenario;
	const timing = {
		wall_ms: wallMs.get(scenario.variant) ?? null,
		events: outcome.events,
		node: process.version,
		stopped: outcome.stopped,
	};
	return {
		'summary.json': toJson(said),
		'timeseries.csv': timeseriesChunks(outcome),
		'decisions.csv': decisionsCsv(outcome),
		'manifest.json': toJson(
			manifest({ version: VERSION, scenarioSha256: sha256(text), scenario: resolved, world, outcome }),
		),
		'timing.json': `${JSON.stringify(timing, null, 2)}\n`,
	};
}
