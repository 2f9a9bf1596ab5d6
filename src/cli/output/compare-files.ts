/** What `compare` writes into its folder: the page, the pairs and differences, and what was run. */
import type { Comparison, Seeds } from '../../experiment/compare/compare.js';
import { seedsOf } from '../../experiment/compare/compare.js';
import { formatShare } from '../../kernel/units.js';
import type { Clock } from '../../metrics/definitions/format.js';
import { comparisonJson, differencesCsv, pairsCsv } from '../../report/compare/files.js';
import { comparisonPage, type SideAbout } from '../../report/compare/page.js';
import type { ComparisonPage } from '../../report/compare/page-data.js';
import { type Json, toJson } from '../../report/files/json.js';
import { aboutOf, assumptionsOf, clockOf } from '../../report/page/about.js';
import type { CompareArgument } from '../flags/compare-arguments.js';
import { type CompareFlags, rerunLine } from '../flags/compare-flags.js';
import { SUMMARY } from './file-names.js';
import { provenance } from './provenance.js';
import { VERSION } from './version.js';

export interface CompareRequest {
	readonly args: readonly string[];
	/** of what is to be run */
	readonly seeds: Seeds;
	readonly flags: CompareFlags;
}

export function filesOf(comparison: Comparison, contestants: readonly CompareArgument[]): Record<string, string> {
	return {
		'pairs.csv': pairsCsv(comparison),
		'differences.csv': differencesCsv(comparison),
		'manifest.json': toJson({
			tool: 'retrystorm',
			version: VERSION,
			runs: contestants.map((one) => ({ label: one.label, ...manifestOf(one, comparison) })),
		}),
	};
}

/** Written last: whoever finds it knows that the others are whole. */
export const summaryFile = (comparison: Comparison) => ({ [SUMMARY]: toJson(comparisonJson(comparison, VERSION)) });

export function pageOf(
	comparison: Comparison,
	contestants: readonly CompareArgument[],
	{ args, flags }: CompareRequest,
): ComparisonPage {
	const [baseline, ...others] = contestants.map(({ label }) => label);
	const { confidence, others: versus } = comparison;
	const pairs = versus.map(({ pairs: count, side }) => `${count} pairs with ${side.label}`).join(', ');
	const [first] = contestants;
	const account = first.kind === 'scenario' ? aboutOf(first.scenario, '', null) : { account: '' };
	return comparisonPage({
		comparison,
		sides: contestants.map(sideAbout),
		about: {
			label: `${others.join(', ')} against ${baseline}`,
			about: '',
			account: account.account,
			asked: `the same seeds for all, paired seed by seed: ${pairs}; intervals at ${formatShare(confidence)}`,
			rerun: rerunLine(args, flags),
		},
		assumptions: first.kind === 'scenario' ? assumptionsOf(first.scenario) : null,
		version: VERSION,
	});
}

function sideAbout(one: CompareArgument): SideAbout {
	if (one.kind === 'scenario') {
		const { resolved, world } = one.scenario;
		return { label: one.label, scenario: resolved as Json, clock: clockOf(world) };
	}
	return { label: one.label, scenario: one.manifest.scenario ?? null, clock: clockIn(one.manifest.world) };
}

/** The clock of a world as a manifest has it: times alone where it is not to be read. */
function clockIn(world: Json | undefined): Clock {
	const of = (key: string): Json | undefined =>
		world !== null && typeof world === 'object' ? (world as { readonly [key: string]: Json })[key] : undefined;
	const us = (key: string): number => {
		const value = of(key);
		return typeof value === 'number' ? value : 0;
	};
	const date = of('date');
	return {
		date: typeof date === 'string' ? date : null,
		clockUs: us('clockUs'),
		fromUs: us('warmUpUs'),
		toUs: us('horizonUs'),
	};
}

/** What was run, in the words of a folder of `run --reps`. */
function manifestOf(one: CompareArgument, { baseline, others }: Comparison): { readonly [key: string]: Json } {
	if (one.kind === 'results') return one.manifest;
	const { scenario, of, text, label } = one;
	const side = [baseline, ...others.map((other) => other.side)].find((other) => other.label === label);
	return {
		name: scenario.name,
		variant: scenario.variant,
		seeds: side === undefined ? null : { ...seedsOf(side) },
		case: of.key,
		...provenance(scenario, text),
	};
}
