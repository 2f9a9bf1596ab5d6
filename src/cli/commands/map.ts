/** `retrystorm map FILE --x PATH MIN MAX --y PATH MIN MAX`: where on a plane a system is safe, vulnerable or doomed. */

import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAX_VALUES, readAxis } from '../../experiment/map/axis.js';
import { casesOf, checkAxes, mapNotes } from '../../experiment/map/map-cases.js';
import { type MapPlan, type StabilityMap, stabilityMap } from '../../experiment/map/stability-map.js';
import { stoppingRule } from '../../experiment/map/stopping-rule.js';
import { caseOf } from '../../experiment/task/case.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { toJson } from '../../report/files/json.js';
import { mapJson, pointsCsv } from '../../report/map/files.js';
import { mapPage } from '../../report/map/page.js';
import { mapReport } from '../../report/map/text.js';
import type { Scenario } from '../../scenario/load.js';
import { BASE, labelOf } from '../../scenario/variants.js';
import { type ExperimentFlags, experiment, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, outFlag, positive, readShareBelow, repeatable } from '../flags/flags.js';
import { quoted } from '../flags/rerun-line.js';
import { loadVariants } from '../flags/variant-flags.js';
import { scenarioFile } from '../input/shipped-scenarios.js';
import { complain, failureExit } from '../output/exit.js';
import { SUMMARY } from '../output/file-names.js';
import { readText } from '../output/files.js';
import { pageFiles } from '../output/page.js';
import { provenance } from '../output/provenance.js';
import { withSets } from '../output/result-folders.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';

interface MapOptions extends ExperimentFlags {
	readonly x: string[];
	readonly y: string[];
	readonly resolution: number;
	readonly reps: number;
	readonly bound: string;
	readonly coarse: number;
	readonly check: number;
	readonly variant?: string;
	readonly set?: string[];
	readonly seed: number;
	readonly out?: string;
	readonly results: boolean;
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
}

const USUAL = { resolution: 33, reps: 20, bound: '50%', coarse: 5, check: 0 } as const;

const HELP = `
An axis is a path of the scenario with its smallest and its largest value, as the scenario would write them, and the number
of values in between if it is not --resolution: --x traffic.rate 100/s 400/s --y clients.apps.retry.attempts 1 5 5

Every point looked at is run from a fresh start and, where it stays up, once more begun collapsed:
  safe        ends up from either start
  vulnerable  up when fresh; begun collapsed, it stays down
  doomed      goes down even when fresh
Triggers of the scenario (spikes, faults, rollouts) are met in every run; --set faults=null leaves them out.`;

/** Adds `map` to the commands. */
export function mapCommand(root: Command): void {
	const command = root
		.command('map')
		.description('draw where on a plane of two fields a scenario is safe, vulnerable or doomed')
		.argument('<file>', 'a scenario (YAML or JSON) or the name of a shipped one; - reads standard input', scenarioFile)
		.requiredOption('--x <path min max...>', 'what varies from left to right')
		.requiredOption('--y <path min max...>', 'what varies from bottom to top')
		.addOption(count('--resolution <n>', `values of an axis, 2 to ${MAX_VALUES}`, USUAL.resolution))
		.addOption(count('--reps <n>', 'runs of either start of a point at most', USUAL.reps))
		.option('--bound <share>', 'P(collapsed) above it is down, below it up', USUAL.bound)
		.addOption(count('--coarse <n>', 'values of an axis that are looked at whatever they show', USUAL.coarse))
		.addOption(
			new Option('--check <n>', 'look at so many inferred points in the end').argParser(natural).default(USUAL.check),
		)
		.option('--variant <name>', 'variant of the file')
		.addOption(repeatable('--set <path=value>', 'change one field first; may be repeated'))
		.addOption(
			new Option('--seed <n>', 'integer from 0 up to 2^53').env('RETRYSTORM_SEED').argParser(natural).default(1),
		)
		.addOption(outFlag('where results go'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(run);
	withExperimentFlags(command);
}

const count = (flags: string, description: string, usual: number): Option =>
	new Option(flags, description).argParser(positive).default(usual);

function natural(text: string): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
	throw new InvalidArgumentError('A whole number from 0 up would do.');
}

async function run(file: string, options: MapOptions, command: Command): Promise<void> {
	const { resolution, set, variant = BASE } = options;
	const [x, y] = [readAxis(options.x, resolution, '--x'), readAxis(options.y, resolution, '--y')];
	if (x.path === y.path) {
		throw new UserError(`error: --y: found ${y.path}, which --x has already; another path would do`, EXIT.usage);
	}
	if (options.coarse < 2) throw new UserError('error: --coarse: found 1, 2 or more would do', EXIT.usage);
	const rule = stoppingRule(readShareBelow('--bound', options.bound, 1, '50%'), options.reps);
	const text = await readText(file);
	const scenario = loadVariants(text, [variant], { file, set }).load(variant);
	// Nobody asks what the scenario expects.
	const warnings = scenario.warnings.filter(({ path }) => !path.startsWith('expect'));
	if (!options.quiet) for (const warning of warnings) complain(warning.text);
	const source = { text, file, variant, set };
	const atValues = checkAxes(source, x, y);
	if (!options.quiet) for (const text of atValues) complain(text);
	const { seed: firstSeed, coarse, check } = options;
	const plan: MapPlan = { x, y, caseAt: casesOf(source, x, y), firstSeed, stoppingRule: rule, coarse, check };
	const dir = folderOf(options, scenario, plan);
	const map = await experiment(
		{ dir, design: designOf(file, scenario, plan), total: null, flags: options },
		(ask) => stabilityMap(plan, ask),
		(found, write) => {
			const rerun = rerunLine(file, options);
			const page = { scenario, map: found, notes: mapNotes(scenario), rerun, version: VERSION };
			const summary = { [SUMMARY]: toJson(mapJson(found, labelOf(scenario), VERSION)) };
			const drawn = pageFiles(dir !== null && options.report ? mapPage(page) : null);
			write({ ...filesOf(text, scenario, found), ...drawn, ...summary });
			return found;
		},
	);
	process.stdout.write(printed({ file, options, scenario, map }, command));
	if (dir !== null && !options.quiet) process.stderr.write(`results: ${dir}\n`);
	if (map.interrupted && dir !== null) complain('interrupted: --resume goes on');
	process.exitCode = exitCode(map);
}

/** Ranges, resolution and the number of runs are no part of it: a finer or larger map goes on where another one ended. */
function designOf(file: string, scenario: Scenario, { x, y, firstSeed }: MapPlan) {
	const { key } = caseOf('', { ...scenario, expectations: [] }, () => scenario);
	return {
		hash: fingerprint(['map', key, x.path, y.path, firstSeed]),
		about: `map ${file}, ${labelOf(scenario)}, ${x.path} and ${y.path}, from seed ${firstSeed}`,
	};
}

function folderOf({ results, out, set }: MapOptions, { name, variant }: Scenario, { x, y, firstSeed }: MapPlan) {
	if (!results) return null;
	return out === undefined
		? join('results', name, withSets(variant, set), `map-${x.path}-${y.path}-from-${firstSeed}`)
		: out;
}

interface Printed {
	readonly file: string;
	readonly options: MapOptions;
	readonly scenario: Scenario;
	readonly map: StabilityMap;
}

function printed({ file, options, scenario, map }: Printed, command: Command): string {
	const label = labelOf(scenario);
	if (options.format === 'csv') return pointsCsv(map);
	if (options.format === 'json') return toJson(mapJson(map, label, VERSION));
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	return mapReport({ label, map, notes: mapNotes(scenario), rerun: rerunLine(file, options) }, style);
}

/** The command that gives the map again: what differs from the defaults, and nothing else. */
function rerunLine(file: string, options: MapOptions): string {
	const { x, y, variant, set = [], seed } = options;
	const words = [
		...(['resolution', 'reps', 'bound', 'coarse', 'check'] as const).flatMap((name) =>
			options[name] === USUAL[name] ? [] : [`--${name}`, String(options[name])],
		),
		...(variant === undefined ? [] : ['--variant', variant]),
		...set.flatMap((value) => ['--set', value]),
		...['--seed', String(seed)],
	];
	return ['retrystorm', 'map', file, '--x', ...x, '--y', ...y, ...words].map(quoted).join(' ');
}

function filesOf(text: string, scenario: Scenario, map: StabilityMap): Record<string, string> {
	const { x, y, stoppingRule: rule, firstSeed, coarse, check } = map.plan;
	return {
		'points.csv': pointsCsv(map),
		'manifest.json': toJson({
			tool: 'retrystorm',
			version: VERSION,
			name: scenario.name,
			variant: scenario.variant,
			map: { x: { ...x }, y: { ...y }, looks: { ...rule }, firstSeed, coarse, check },
			...provenance(scenario, text),
		}),
	};
}

function exitCode({ interrupted, failures }: StabilityMap): ExitCode {
	if (interrupted) return EXIT.interrupted;
	return failureExit(failures.map(({ failure }) => failure.kind)) ?? EXIT.ok;
}
