/** `retrystorm sweep FILE`: replicates a scenario over a grid or a Latin hypercube of its parameters, or one shard of it. */
import { type Command, Option } from 'commander';
import { type SweepAxis, type SweepDesign, type SweepPoint, sweepPoints } from '../../experiment/sweep/axes.js';
import { parseShard, type Shard, shardOf } from '../../experiment/sweep/designs.js';
import { type PointCases, pointCases } from '../../experiment/sweep/point-cases.js';
import { type SweepSize, sweep, sweptQuantities, withoutCurves } from '../../experiment/sweep/sweep.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { keyOf, QUANTITIES } from '../../metrics/definitions/metrics.js';
import { type Json, toJson } from '../../report/files/json.js';
import { assumptionsOf, aboutOf as pageAbout } from '../../report/page/about.js';
import { type SweepAbout, type SweepSummary, sweepSummary } from '../../report/sweep/summary.js';
import { type Scenario, scenarioReader } from '../../scenario/load.js';
import { BASE } from '../../scenario/variants.js';
import { AxisCommand, type AxisFlags, withAxisFlags } from '../flags/axis-flags.js';
import { type ExperimentFlags, experiment, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, outFlag, positive, readSeed, repeatable, seedFlag } from '../flags/flags.js';
import { quoted } from '../flags/rerun-line.js';
import { scenarioFile } from '../input/shipped-scenarios.js';
import { complain } from '../output/exit.js';
import { readText } from '../output/files.js';
import { provenance } from '../output/provenance.js';
import { checkShown, giveSweep, type Output, sweepFiles, sweepFolder } from '../output/sweep-results.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';

interface SweepOptions extends ExperimentFlags {
	readonly design: SweepDesign['kind'];
	readonly points?: number;
	readonly reps: number;
	readonly seed: string;
	readonly variant: string;
	readonly set?: string[];
	readonly show: string;
	readonly shard?: string;
	readonly out?: string;
	/** false with --no-results */
	readonly results: boolean;
	/** false with --no-report */
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
}

const EXAMPLES = `
Examples:
  retrystorm sweep storm.yaml -P traffic.rate 100/s 400/s 100/s -L edge.workers 4,8
  retrystorm sweep storm.yaml --design lhs -n 64 -P edge.queue 10 200 1 -P clients.apps.timeout 200ms 2000ms

One sweep as a job array: every job runs the same line with its own number (from 0 or from 1, as the array counts), into a
folder of its own under --out; --resume lets a job that was killed go on. Afterwards one command puts them together:
  retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard "$JOB_COMPLETION_INDEX/4"   # Kubernetes
  retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard "$SLURM_ARRAY_TASK_ID/4"    # Slurm
  parallel retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard {}/4 ::: 1 2 3 4
  retrystorm merge out/shard-*-of-4 --out out`;

/** Adds the command. */
export function sweepCommand(root: Command): void {
	const command = new AxisCommand('sweep');
	root.addCommand(command);
	command
		.copyInheritedSettings(root)
		.description('run a scenario at many points of its parameter space, each point many times')
		.argument('<file>', 'a scenario (YAML or JSON) or the name of a shipped one; - reads standard input', scenarioFile);
	const flags = withAxisFlags(command);
	command
		.addOption(
			new Option('--design <kind>', 'every combination, or a Latin hypercube').choices(['grid', 'lhs']).default('grid'),
		)
		.addOption(new Option('-n, --points <n>', 'points of a Latin hypercube (default: 64)').argParser(positive))
		.addOption(new Option('--reps <n>', 'replications of every point').argParser(positive).default(20))
		.addOption(seedFlag('of the first replications; a Latin hypercube is drawn by it, too'))
		.addOption(new Option('--variant <name>', 'variant to sweep').default(BASE))
		.addOption(repeatable('--set <path=value>', 'change one field before; may be repeated'))
		.addOption(new Option('--show <quantity>', 'what the picture shows').default('collapsed'))
		.addOption(new Option('--shard <i/n>', 'run one of n parts; merge puts them together'))
		.addOption(outFlag('where results go; of a shard, a folder in it'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', EXAMPLES)
		.exitOverride()
		.action((file: string, options: SweepOptions) => sweepFile(file, flags, options, command));
	withExperimentFlags(command);
}

async function sweepFile(file: string, flags: AxisFlags, options: SweepOptions, command: Command): Promise<void> {
	const seed = readSeed(options.seed, command);
	const request = await read(file, flags.axes, options, seed);
	const { about, points, cases, size } = request;
	const quiet = options.quiet === true;
	if (!quiet) for (const line of cases.warnings) complain(line);
	if (!quiet) process.stderr.write(planText(about, points.length));
	const dir = options.results ? sweepFolder(options.out, about) : null;
	const paths = flags.axes.map(({ path }) => path).join(' x ');
	const plan = {
		dir,
		// Without the number of replications: a sweep of more goes on where one of fewer ended.
		design: { hash: about.design.hash, about: `sweep ${file}, ${about.variant}, ${paths}, from seed ${seed}` },
		total: points.length * size.reps,
		flags: options,
		keep: withoutCurves,
	};
	const output: Output = {
		dir,
		format: options.format,
		show: keyOf(options.show),
		rerun: rerunLine(file, flags, options),
		page: options.report
			? {
					about: pageAbout(request.base, '', rerunLine(file, flags, options)),
					assumptions: assumptionsOf(request.base),
				}
			: null,
		quiet,
		style: styleFor(command.optsWithGlobals<{ color: boolean }>().color),
	};
	const summary = await experiment(
		plan,
		(laboratory) => sweep(points, cases.caseAt, size, laboratory),
		(verdicts, write) => {
			const found = sweepSummary(about, verdicts);
			if (dir !== null) write(sweepFiles(found, manifestText(found, request), output));
			return found;
		},
	);
	process.exitCode = giveSweep(summary, output);
}

interface SweepRequest {
	/** the scenario file */
	readonly text: string;
	/** the scenario before any axis is set */
	readonly base: Scenario;
	readonly about: SweepAbout;
	/** those of the shard */
	readonly points: readonly SweepPoint[];
	readonly cases: PointCases;
	readonly size: SweepSize;
}

/** Every mistake that can be made is found here, the scenarios of all points read, before anything runs. */
async function read(
	file: string,
	axes: readonly SweepAxis[],
	options: SweepOptions,
	seed: number,
): Promise<SweepRequest> {
	const { reps, variant, set = [] } = options;
	const show = keyOf(options.show);
	const shard = options.shard === undefined ? null : readShard(options.shard);
	checkShown(show, FIGURES);
	const design = designOf(axes, options, seed);
	const all = sweepPoints(axes, design);
	const text = await readText(file);
	const load = scenarioReader(text, file);
	const base = load({ variant, set });
	const cases = pointCases(axes, all, base, (name, sets) => load({ variant: name, set: [...set, ...sets] }));
	const hash = fingerprint(['sweep', axes, design, cases.keys, seed]);
	const size = { firstSeed: seed, reps, quantities: sweptQuantities(show) };
	const about = aboutOf(base, { design: { ...design, hash, total: all.length }, axes, size, shard, show });
	return { text, base, about, points: shard === null ? all : shardOf(all, shard), cases, size };
}

/** Whatever is no verdict with yes or no. */
const FIGURES = QUANTITIES.filter(({ kind }) => kind !== 'boolean').map(({ name }) => name);

function designOf(axes: readonly SweepAxis[], { design, points }: SweepOptions, seed: number): SweepDesign {
	if (axes.length === 0) throw refused('found no axis, -P path MIN MAX STEP or -L path a,b,c would do');
	if (design === 'lhs') return { kind: 'lhs', points: points ?? 64, seed };
	if (points !== undefined) throw refused('-n is for --design lhs: a grid has the points that its axes make');
	return { kind: 'grid' };
}

/** Counted from 0, however the array counts. */
function readShard(text: string): Shard {
	try {
		const { index, of } = parseShard(text);
		return { index: index % of, of };
	} catch (error) {
		throw error instanceof UserError ? refused(`--shard: ${error.message}`) : error;
	}
}

function aboutOf(
	{ name, variant, world, expectations }: Scenario,
	{ size, ...settings }: Pick<SweepAbout, 'design' | 'axes' | 'shard' | 'show'> & { readonly size: SweepSize },
): SweepAbout {
	return {
		...settings,
		name,
		variant,
		version: VERSION,
		seeds: { first: size.firstSeed, runs: size.reps },
		quantities: size.quantities,
		expectations: expectations.map(({ text }) => text),
		clock: { date: world.date, clockUs: world.clockUs, fromUs: world.warmUpUs, toUs: world.horizonUs },
	};
}

/** What was asked: the same for every shard, and for all of them together. */
function manifestText({ points, shard, partial, schema, ...head }: SweepSummary, { text, base }: SweepRequest): string {
	return toJson({
		tool: 'retrystorm',
		...(head as object as { [key: string]: Json }),
		...provenance(base, text),
	});
}

/** "400 points x 20 replications = 8,000 runs; shard 3/8 has 50 points, 1,000 runs" */
function planText({ design: { total }, seeds: { runs }, shard }: SweepAbout, own: number): string {
	const count = (n: number): string => n.toLocaleString('en-US');
	const whole = `${count(total)} points x ${count(runs)} replications = ${count(total * runs)} runs`;
	if (shard === null) return `${whole}\n`;
	return `${whole}; shard ${shard.index}/${shard.of} has ${count(own)} points, ${count(own * runs)} runs\n`;
}

function rerunLine(file: string, { words }: AxisFlags, options: SweepOptions): string {
	const { variant, set = [], design, points, reps, seed, show, shard } = options;
	const all = ['retrystorm', 'sweep', file, ...words];
	if (design === 'lhs') all.push('--design', 'lhs', '-n', String(points ?? 64));
	if (variant !== BASE) all.push('--variant', variant);
	for (const one of set) all.push('--set', one);
	all.push('--reps', String(reps), '--seed', seed);
	if (show !== 'collapsed') all.push('--show', show);
	if (shard !== undefined) all.push('--shard', shard);
	return all.map(quoted).join(' ');
}

const refused = (message: string): UserError => new UserError(`error: ${message}`, EXIT.usage);
