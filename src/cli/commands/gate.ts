/** `retrystorm gate FILE`: replications of variants, each beside its harmless twin, and what their gates are worth. */

import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { DEFAULTS, type GateQuality, gateQuality } from '../../experiment/gate/gate-quality.js';
import { type Replications, replicate } from '../../experiment/replicate/replications.js';
import { type Case, gateCaseOf } from '../../experiment/task/case.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { type Json, toJson } from '../../report/files/json.js';
import { checksCsv, gateCsv, gateJson } from '../../report/gate/files.js';
import { gatePage } from '../../report/gate/page.js';
import type { GatePage } from '../../report/gate/page-data.js';
import { gatesSideBySide } from '../../report/gate/rules-side-by-side.js';
import { gateReport } from '../../report/gate/text.js';
import type { Style } from '../../report/text/style.js';
import type { Scenario } from '../../scenario/load.js';
import { BASE, labelOf } from '../../scenario/variants.js';
import { type ExperimentFlags, experiment, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, outFlag, positive, readSeed, readShareBelow, repeatable, seedFlag } from '../flags/flags.js';
import { quoted } from '../flags/rerun-line.js';
import { loadVariants, type Variants } from '../flags/variant-flags.js';
import { scenarioFile } from '../input/shipped-scenarios.js';
import { complain, failureExit } from '../output/exit.js';
import { SUMMARY } from '../output/file-names.js';
import { readText } from '../output/files.js';
import { pageFiles, sharedFolder, writeChoice } from '../output/page.js';
import { provenance } from '../output/provenance.js';
import { withSets } from '../output/result-folders.js';
import { writeData } from '../output/terminal-output.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';

interface GateFlags extends ExperimentFlags {
	readonly variant?: string[];
	readonly seed: string;
	readonly reps: number;
	/** as it was written: 0.1% */
	readonly harm: string;
	readonly set?: string[];
	readonly out?: string;
	/** false with --no-results */
	readonly results: boolean;
	/** false with --no-report */
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
}

const HARM = formatShare(DEFAULTS.harmAbove);

const HELP = `
Every run has a twin under the same seed, in which the same rollout carries a change without effect: a trip there is a false
alarm, and what the world loses beyond it is what the change has done. A trip is a hit where more than --harm of the first
attempts that met the change failed for it.`;

export function gateCommand(root: Command): void {
	const command = root
		.command('gate')
		.description(
			'ask what the gates of a rollout are worth: P(detect), P(false alarm), harm before the verdict, and why',
		)
		.argument('<file>', 'a scenario with rollouts or the name of a shipped one; - reads standard input', scenarioFile)
		.addOption(repeatable('--variant <name>', 'variant to ask, or all; may be repeated'))
		.addOption(seedFlag('first seed'))
		.addOption(new Option('--reps <n>', 'replications: seeds N, N + 1, ...').argParser(positive).default(40))
		.option('--harm <share>', 'of the first attempts that met the change: more failing ones are harm', HARM)
		.addOption(repeatable('--set <path=value>', 'change one field first; may be repeated'))
		.addOption(outFlag('where results go (default: results/NAME/VARIANT/gate-from-SEED)'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(gateAction);
	withExperimentFlags(command);
}

interface GateRequest {
	readonly file: string;
	/** the scenario file */
	readonly text: string;
	readonly variants: Variants;
	readonly seed: number;
	readonly harmAbove: number;
	readonly flags: GateFlags;
}

/** One experiment per variant, each with a folder of its own. */
async function gateAction(file: string, flags: GateFlags, command: Command): Promise<void> {
	const seed = readSeed(flags.seed, command);
	const harmAbove = readShareBelow('--harm', flags.harm, 1, HARM);
	const text = await readText(file);
	const variants = loadVariants(text, flags.variant, { file, set: flags.set });
	checkRollouts(file, variants);
	if (flags.quiet === undefined) warn(variants);
	const request: GateRequest = { file, text, variants, seed, harmAbove, flags };
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const codes: ExitCode[] = [];
	const answers: Json[] = [];
	const pages: GatePage[] = [];
	const qualities: [string, GateQuality][] = [];
	for (const name of variants.names) {
		const scenario = variants.load(name);
		const of = gateCaseOf(labelOf(scenario), scenario);
		const dir = folderOf(request, scenario);
		const { found, quality, page } = await run(request, scenario, of, dir);
		if (page !== null) pages.push(page);
		if (flags.format === 'csv') writeData(gateCsv(found, quality, codes.length === 0));
		else if (flags.format === 'json') answers.push(gateJson(quality, VERSION));
		else process.stdout.write(`${codes.length > 0 ? '\n' : ''}${reportOf(request, scenario, quality, style)}`);
		if (dir !== null && flags.quiet === undefined) process.stderr.write(`results: ${dir}\n`);
		qualities.push([scenario.variant, quality]);
		codes.push(failureExit(quality.failures.map(({ failure }) => failure.kind)) ?? EXIT.ok);
		if (codes.includes(EXIT.interrupted)) break;
	}
	if (pages.length > 1) writeChoice(choiceFolder(request), pages, flags);
	if (flags.format === 'text' && qualities.length > 1) process.stdout.write(`\n${gatesSideBySide(qualities, style)}`);
	if (flags.format === 'json') process.stdout.write(toJson(answers.length === 1 ? answers[0] : answers));
	process.exitCode = [EXIT.interrupted, EXIT.unexpected, EXIT.limit].find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** @throws UserError (exit 104) where nothing is rolled out, so that there is nothing to gate */
function checkRollouts(file: string, { names, load }: Variants): void {
	const without = names.filter((name) => load(name).world.rollouts.length === 0);
	if (without.length === 0) return;
	const whose = without.length === 1 && without[0] === BASE ? '' : ` in ${without.join(', ')}`;
	throw new UserError(
		`${file}: error: rollouts: found none${whose}, so there is no gate to ask; rollouts: { NAME: { change: NAME, at: 10s, stages: { pilot: { hold: 90s, gate: { above: 5%, window: 30s } } } } } would do`,
	);
}

/** The file's own scenario is what the change was meant for: a variant may show it to another mix. */
function optionsOf({ variants, harmAbove }: GateRequest, { variant }: Scenario) {
	const elsewhere = variant === BASE ? null : { label: BASE, world: variants.load(BASE).world };
	return { harmAbove, confidence: DEFAULTS.confidence, elsewhere };
}

/** The number of runs is no part of the design: a longer experiment goes on where a shorter one ended. */
function run(request: GateRequest, scenario: Scenario, of: Case, dir: string | null): Promise<GateResult> {
	const { file, seed, flags } = request;
	const design = { hash: fingerprint(['gate', of.key, seed]), about: `gate ${file}, ${of.label}, from seed ${seed}` };
	return experiment(
		{ dir, design, total: flags.reps, flags },
		(laboratory) => replicate([of], { firstSeed: seed, size: { runs: flags.reps } }, laboratory),
		([found], write) => {
			const quality = gateQuality(found, optionsOf(request, scenario));
			const about = { scenario, found, quality, rerun: again(request, scenario.variant), version: VERSION };
			const page = dir !== null && flags.report ? gatePage(about) : null;
			const summary = { [SUMMARY]: toJson(gateJson(quality, VERSION)) };
			write({ ...filesOf(request, scenario, found, quality), ...pageFiles(page), ...summary });
			return { found, quality, page };
		},
	);
}

interface GateResult {
	readonly found: Replications;
	readonly quality: GateQuality;
	/** null where none is written */
	readonly page: GatePage | null;
}

function folderOf({ variants, seed, flags }: GateRequest, { name, variant }: Scenario): string | null {
	if (!flags.results) return null;
	if (flags.out === undefined) return join('results', name, withSets(variant, flags.set), `gate-from-${seed}`);
	return variants.names.length > 1 ? join(flags.out, variant) : flags.out;
}

const reportOf = (request: GateRequest, { variant }: Scenario, quality: GateQuality, style: Style): string =>
	gateReport(quality, again(request, variant), style);

function again({ file, flags }: GateRequest, variant: string): string {
	const words = ['retrystorm', 'gate', file, ...(variant === BASE ? [] : ['--variant', variant])];
	words.push('--seed', flags.seed, '--reps', String(flags.reps));
	if (flags.harm !== HARM) words.push('--harm', flags.harm);
	for (const set of flags.set ?? []) words.push('--set', set);
	return words.map(quoted).join(' ');
}

/** Of the page with all variants on it. */
function choiceFolder({ variants, seed, flags }: GateRequest): string {
	if (flags.out !== undefined) return flags.out;
	return sharedFolder(variants.load(variants.names[0]).name, variants.names, `gate-from-${seed}`);
}

function filesOf({ text }: GateRequest, scenario: Scenario, found: Replications, quality: GateQuality) {
	return {
		'gate.csv': gateCsv(found, quality),
		'checks.csv': checksCsv(quality),
		'manifest.json': toJson({
			tool: 'retrystorm',
			version: VERSION,
			name: scenario.name,
			variant: scenario.variant,
			seeds: quality.seeds,
			harmAbove: quality.harmAbove,
			case: found.of.key,
			...provenance(scenario, text),
		}),
	};
}

function warn({ names, load }: Variants): void {
	for (const line of new Set(names.flatMap((name) => load(name).warnings.map(({ text }) => text)))) complain(line);
}
