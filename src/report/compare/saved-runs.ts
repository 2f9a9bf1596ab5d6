/**
 * Reads the results of `run --reps` back, so that a branch that has run already can be compared: the reverse of
 * `replicate/files.ts`, and the only file that knows csv-parse.
 */
import { parse } from 'csv-parse/sync';
import type { BranchCurves, ComparisonSide, RunValues } from '../../experiment/compare/compare.js';
import { BRANCHES } from '../../experiment/replicate/branch-statistics.js';
import type { Band } from '../../experiment/statistics/curve-bands.js';
import { CURVES, type CurveName } from '../../experiment/task/digest.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { QUANTITIES, type QuantityKind } from '../../metrics/definitions/metrics.js';
import type { Json } from '../files/json.js';

/** A folder of results. */
export interface SourceFolder {
	/** its name for messages */
	readonly dir: string;
	/** gives the text of a file in it; throws where there is none */
	readonly read: (name: string) => string;
	readonly has: (name: string) => boolean;
}

export interface Source {
	readonly side: ComparisonSide;
	readonly name: string;
	readonly variant: string;
	/** what was run, as the folder says */
	readonly manifest: { readonly [key: string]: Json };
}

/**
 * @param version of retrystorm: what another version ran is not compared with what this one runs
 * @throws UserError (exit 2) with what is wrong with the folder
 */
export function readResults(folder: SourceFolder, version: string): Source {
	// First, for it knows what the folder is of.
	const summary = readSummary(folder, version);
	const manifest = readJson(folder, MANIFEST);
	const { name, variant } = manifest;
	if (typeof name !== 'string' || typeof variant !== 'string') throw refused(folder, damaged(MANIFEST));
	const side = { ...sideOf(folder, summary), curves: readCurves(folder, manifest.world) };
	return { side, name, variant, manifest: manifest as Source['manifest'] };
}

function sideOf(
	folder: SourceFolder,
	{ label, seeds: { first, runs }, failures }: Summary,
): Omit<ComparisonSide, 'curves'> {
	const rows = readRows(folder);
	if (rows.length !== runs || rows.some((row, k) => row.seed !== String(first + k))) {
		throw refused(folder, `found replications.csv with other seeds than ${first} to ${first + runs - 1}`);
	}
	const failed = new Set(failures.map(({ seed }) => seed));
	return {
		label,
		firstSeed: first,
		runs: rows.map((row, k) => (failed.has(first + k) ? null : readValues(row, folder))),
		undecided: rows.map((row) => QUANTITIES.flatMap(({ name }) => (row[name] === UNDECIDED ? [name] : []))),
		failures,
	};
}

/** The fields of a summary that are read here. */
type Summary = Pick<ComparisonSide, 'label' | 'failures'> & {
	readonly seeds: { readonly first: number; readonly runs: number };
};

function readSummary(folder: SourceFolder, version: string): Summary {
	const found = readJson(folder, SUMMARY);
	if (found.kind !== 'replications') {
		const what = found.kind === undefined ? 'of a single run' : `of kind ${JSON.stringify(found.kind)}`;
		throw refused(folder, `found results ${what}`);
	}
	if (found.version !== version) {
		throw refused(folder, `found results of version ${String(found.version)}, and this is ${version}`);
	}
	const { label, seeds, failures, partial } = found;
	// Runs that a limit has stopped would stop there again; the comparison leaves their seeds out, and says so.
	if (
		partial !== false &&
		!(isFailures(failures) && failures.length > 0 && failures.every((one) => one.kind === 'limit'))
	) {
		throw refused(folder, 'found an experiment that was interrupted; --resume finishes it,');
	}
	if (typeof label === 'string' && isSeeds(seeds) && isFailures(failures)) return { label, seeds, failures };
	throw refused(folder, damaged(SUMMARY));
}

const SUMMARY = 'summary.json';
const MANIFEST = 'manifest.json';
const BANDS = 'bands.csv';
const UNDECIDED = 'undecided';
const damaged = (name: string): string => `found a ${name} that is none`;

const isSeeds = (value: unknown): value is Summary['seeds'] =>
	isObject(value) && Number.isSafeInteger(value.first) && Number.isSafeInteger(value.runs);

const isFailures = (value: unknown): value is Summary['failures'] =>
	Array.isArray(value) &&
	value.every((one) => isObject(one) && Number.isSafeInteger(one.seed) && typeof one.message === 'string');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	value !== null && typeof value === 'object';

function readJson(folder: SourceFolder, name: string): Readonly<Record<string, unknown>> {
	try {
		const found: unknown = JSON.parse(folder.read(name));
		if (isObject(found)) return found;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	throw refused(folder, damaged(name));
}

type Row = Readonly<Record<string, string>>;

function readRows(folder: SourceFolder, name = 'replications.csv'): Row[] {
	const text = folder.read(name);
	try {
		return parse<Row>(text, { columns: true });
	} catch (error) {
		throw refused(folder, `found a damaged ${name} (${(error as Error).message})`);
	}
}

/** The bands of its branches; their first step begins with the measured window of the world that ran. Numbers are compared without them. */
function readCurves(folder: SourceFolder, world: unknown): BranchCurves | null {
	const rows = folder.has(BANDS) ? readRows(folder, BANDS) : [];
	const offsets = [...new Set(rows.map((row) => Number(row.offset_s) * 1e6))];
	if (offsets.length < 2 || !isObject(world)) return null;
	const { warmUpUs, bucketUs } = world;
	if (typeof warmUpUs !== 'number' || typeof bucketUs !== 'number') return null;
	const branches = BRANCHES.flatMap((name) => {
		const own = rows.filter(({ branch }) => branch === name);
		const of = (curve: CurveName): Band[] => own.filter((row) => row.curve === curve).map((row) => readBand(row));
		const bands = Object.fromEntries(CURVES.map((curve) => [curve, of(curve)])) as Record<CurveName, Band[]>;
		const runs = own.reduce((most, { n }) => Math.max(most, Number(n)), 0);
		return own.length === 0 ? [] : [{ name, runs, bands }];
	});
	return { fromUs: Math.ceil(warmUpUs / bucketUs) * bucketUs, stepUs: offsets[1] - offsets[0], branches };
}

function readBand({ n, ...row }: Row): Band {
	const at = (name: string): number | null => (row[name] === '' ? null : Number(row[name]));
	return {
		n: Number(n),
		mean: at('mean'),
		min: at('min'),
		p5: at('p5'),
		p25: at('p25'),
		p50: at('p50'),
		p75: at('p75'),
		p95: at('p95'),
		max: at('max'),
	};
}

function readValues(row: Row, folder: SourceFolder): RunValues {
	return Object.fromEntries(QUANTITIES.map(({ name, kind }) => [name, readValue(row, name, kind, folder)]));
}

function readValue(row: Row, name: string, kind: QuantityKind, folder: SourceFolder): number | null {
	const text = row[name];
	if (text === '' || text === UNDECIDED) return null;
	if (text === 'unlimited') return Number.POSITIVE_INFINITY;
	if (kind === 'boolean' && (text === 'true' || text === 'false')) return Number(text === 'true');
	const value = Number(text);
	if (text === undefined || kind === 'boolean' || !Number.isFinite(value)) {
		const found = text === undefined ? 'without' : `with ${JSON.stringify(text)} for`;
		throw refused(folder, `found replications.csv ${found} ${name}, seed ${row.seed}`);
	}
	return value;
}

const refused = ({ dir }: SourceFolder, what: string): UserError =>
	new UserError(`${dir}: error: ${what}; results of run --reps by this version would do`, EXIT.usage);
