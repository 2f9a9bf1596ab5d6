/** From the text of a scenario file to a world that can be run, or to the list of everything that is wrong with it. */
import type { RecordingExpectation } from '../metrics/definitions/recording-metrics.js';
import { type Expectation, NO_CHANGE, NO_TRIGGER } from '../metrics/expectation.js';
import type { World } from '../model/world.js';
import { byPlace, InvalidScenario, type Issue } from './document/issue.js';
import { IssueCollector, inVariant } from './document/issue-collector.js';
import { headComment, type Parameter, parametersOf } from './document/parameters.js';
import { type MapSource, readSource, toPlain } from './document/yaml-source.js';
import { fnv1a } from './fnv1a.js';
import { tellOfPresets, withPresets } from './preset-expansion.js';
import { build } from './resolve.js';
import type { Document } from './schema/document.js';
import { readDocument } from './schema-errors.js';
import { applyVariant, BASE, setValue, variantNames } from './variants.js';
import { withoutTriggers } from './without-triggers.js';

export interface LoadOptions {
	/** name of the file, for error texts */
	readonly file: string;
	/** variant to apply; default the file's own scenario, `base` */
	readonly variant?: string;
	/** `path=value` arguments, applied in order after the variant */
	readonly set?: readonly string[];
}

/** A scenario that is fit to run. Plain data. */
export interface Scenario {
	readonly file: string;
	readonly name: string;
	readonly about: string;
	/** the variant applied, or `base` */
	readonly variant: string;
	/** names of the file's variants, in its order, without `base` */
	readonly variants: readonly string[];
	/** FNV-1a of the text, 64 bits in hex */
	readonly hash: string;
	readonly warnings: readonly Issue[];
	readonly world: World;
	/** the same world without rollouts: what would have happened had nothing been changed */
	readonly noChange: World;
	/** the same world without any trigger; null where no expectation compares with it */
	readonly noTrigger: World | null;
	readonly expectations: readonly Expectation[];
	/** what is expected of it beside a recording: asked only where one is given */
	readonly recordingExpectations: readonly RecordingExpectation[];
	/** how many runs `retrystorm test` makes of it */
	readonly replications: number;
	/** the merged document as written, units and all: for the manifest */
	readonly resolved: unknown;
	/** the same, value by value, each with where it was written */
	readonly parameters: readonly Parameter[];
	/** the comment at the head of the file */
	readonly head: string;
}

/**
 * Reads a scenario (YAML 1.2 or JSON), applies a variant and `set` arguments, and resolves it.
 * @throws InvalidScenario with every mistake at once (exit code 104)
 */
export function loadScenario(text: string, options: LoadOptions): Scenario {
	return scenarioReader(text, options.file)(options);
}

/**
 * Parses a text once for those who load it many times, which is half of the work.
 * @returns loads it, as `loadScenario` does
 */
export function scenarioReader(text: string, file: string): (options: Omit<LoadOptions, 'file'>) => Scenario {
	const root = readSource(text, file);
	return (options) => resolve(root, text, { ...options, file });
}

export interface Checked {
	readonly errors: readonly Issue[];
	readonly warnings: readonly Issue[];
	readonly variants: readonly string[];
}

/** Loads the file's own scenario and every variant; mistakes that all of them share are told once. Never throws on a bad file. */
export function checkScenario(text: string, { file }: { readonly file: string }): Checked {
	const issues = new Map<string, Issue>();
	let root: MapSource;
	try {
		root = readSource(text, file);
	} catch (error) {
		return { errors: issuesOf(error), warnings: [], variants: [] };
	}
	const variants = variantNames(root);
	for (const variant of [BASE, ...variants]) {
		let found: readonly Issue[];
		try {
			found = resolve(root, text, { file, variant }).warnings;
		} catch (error) {
			found = issuesOf(error);
		}
		for (const issue of found) {
			const shared = issue.text.replace(inVariant(variant), '');
			if (!issues.has(shared)) issues.set(issue.text, issue);
		}
	}
	const inOrder = [...issues.values()].toSorted(byPlace);
	return {
		errors: inOrder.filter((issue) => issue.severity === 'error'),
		warnings: inOrder.filter((issue) => issue.severity === 'warning'),
		variants,
	};
}

function resolve(root: MapSource, text: string, { file, variant = BASE, set = [] }: LoadOptions): Scenario {
	const variants = variantNames(root);
	const laid = withPresets(applySets(applyVariant(root, variant, file), set), file);
	const { doc } = laid;
	const problems = new IssueCollector(file, doc, variant === BASE ? '' : variant);
	tellOfPresets(problems, laid);
	const document = readDocument(problems);
	const names = [...variants, BASE, NO_CHANGE, NO_TRIGGER];
	const built = document === null ? null : build(document, problems, variant, names);
	if (document === null || built === null || problems.failed) throw new InvalidScenario(problems.issues);
	return {
		file,
		name: document.name,
		about: document.about.trim(),
		variant,
		variants,
		hash: fnv1a(text),
		warnings: problems.issues,
		world: built.world,
		noChange: { ...built.world, rollouts: [] },
		noTrigger: built.expectations.some(({ versus }) => versus !== null && versus.variant === NO_TRIGGER)
			? twinOf(document, built.world, new IssueCollector(file, doc, ''), names)
			: null,
		expectations: built.expectations,
		recordingExpectations: built.recordingExpectations,
		replications: document.replications,
		resolved: toPlain(doc),
		parameters: parametersOf(doc, text),
		head: headComment(text),
	};
}

/** The world without any trigger; what the document is warned of without them is nobody's mistake. */
function twinOf(document: Document, world: World, problems: IssueCollector, names: readonly string[]): World {
	const { recordBy, variant } = world;
	return { ...build(withoutTriggers(document), problems, variant, names).world, recordBy };
}

/** All arguments that are wrong in themselves are told at once, too. */
function applySets(doc: MapSource, set: readonly string[]): MapSource {
	let result = doc;
	const issues: Issue[] = [];
	for (const argument of set) {
		try {
			result = setValue(result, argument);
		} catch (error) {
			issues.push(...issuesOf(error));
		}
	}
	if (issues.length > 0) throw new InvalidScenario(issues);
	return result;
}

/** @throws what it was given, if that is not a mistake of the file */
function issuesOf(error: unknown): readonly Issue[] {
	if (error instanceof InvalidScenario) return error.issues;
	throw error;
}
