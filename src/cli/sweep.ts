/** `retrystorm sweep FILE`: replicates a scenario over a grid or a Latin hypercube of its parameters, or one shard of it. */
import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import { parseShard, type Shard, shardOf } from '../experiment/points.js';
import { type SweepSize, sweep, sweptQuantities, withoutCurves } from '../experiment/sweep.js';
import { type SweepAxis, type SweepDesign, sweepPoints } from '../experiment/sweep-axes.js';
import { pointCases } from '../experiment/sweep-cases.js';
import { fingerprint } from '../experiment/worlds.js';
import { EXIT, UserError } from '../kernel/check.js';
import { QUANTITIES } from '../metrics/quantities.js';
import { type Json, toJson, worldJson } from '../report/json.js';
import { type SweepAbout, type SweepSummary, sweepSummary } from '../report/sweep-summary.js';
import { BASE } from '../scenario/edit.js';
import { type Scenario, scenarioReader } from '../scenario/load.js';
import { AxisCommand, type AxisFlags, withAxisFlags } from './axis-flags.js';
import { type ExperimentFlags, experiment, positive, withExperimentFlags } from './experiment.js';
import { readText } from './files.js';
import { complain } from './finish.js';
import { quoted } from './rerun.js';
import { readSeed } from './run.js';
import { styleFor } from './style.js';
import { checkShown, giveSweep, sweepFolder } from './sweep-results.js';
import { VERSION } from './version.js';

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
	readonly format: 'text' | 'json' | 'csv';
}

const EXAMPLES = `
Examples:
  retrystorm sweep storm.yaml -P traffic.rate 100/s 400/s 100/s -L edge.workers 4,8
  retrystorm sweep storm.yaml --design lhs -n 64 -P edge.queue 10 200 1 -P clients.apps.timeout 200ms 2000ms

One sweep as a job array: every job runs the same line with its own number (from 0 or from 1, as the array counts), into a
folder of its own under --out; --resume lets a job that was killed go on. Afterwards one command puts them together:
  retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard "$JOB_COMPLETION_INDEX/8"   # Kubernetes
  retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard "$SLURM_ARRAY_TASK_ID/8"    # Slurm
  parallel retrystorm sweep storm.yaml -L edge.workers 4,8 --out out --resume --shard {}/8 ::: 1 2 3 4 5 6 7 8
  retrystorm merge out/shard-*-of-8 --out out`;

/** Adds the command. */
export function addSweep(root: Command): void {
	const command = new AxisCommand('sweep');
	root.addCommand(command);
	command
		.copyInheritedSettings(root)
		.description('run a scenario at many points of its parameter space, each point many times')
		.argument('<file>', 'a scenario (YAML or JSON); - reads standard input');
	const flags = withAxisFlags(command);
	command
		.addOption(
			new Option('--design <kind>', 'every combination, or a Latin hypercube').choices(['grid', 'lhs']).default('grid'),
		)
		.addOption(new Option('-n, --points <n>', 'points of a Latin hypercube (default: 64)').argParser(positive))
		.addOption(new Option('--reps <n>', 'replications of every point').argParser(positive).default(20))
		.addOption(
			new Option('--seed <n>', 'of the first replications; a Latin hypercube is drawn by it, too')
				.env('RETRYSTORM_SEED')
				.default('1'),
		)
		.addOption(new Option('--variant <name>', 'variant to sweep').default(BASE))
		.addOption(
			new Option('--set <path=value>', 'change one field before; may be repeated').argParser(
				(value: string, before: string[] = []) => [...before, value],
			),
		)
		.addOption(new Option('--show <quantity>', 'what the picture shows').default('collapsed'))
		.addOption(new Option('--shard <i/n>', 'run one of n parts; merge puts them together'))
		.addOption(new Option('-o, --out <dir>', 'where results go; of a shard, a folder in it').env('RETRYSTORM_OUT'))
		.option('--no-results', 'write no files')
		.addOption(
			new Option('--format <format>', 'what standard output gets').choices(['text', 'json', 'csv']).default('text'),
		)
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', EXAMPLES)
		.exitOverride()
		.action((file: string, options: SweepOptions) => sweepFile(file, flags, options, command));
	withExperimentFlags(command);
}

async function sweepFile(file: string, flags: AxisFlags, options: SweepOptions, command: Command): Promise<void> {
	const seed = readSeed(options.seed, command.getOptionValueSource('seed') === 'env' ? 'RETRYSTORM_SEED' : '--seed');
	const shard = options.shard === undefined ? null : readShard(options.shard);
	checkShown(
		options.show,
		QUANTITIES.filter(({ kind }) => kind !== 'boolean').map(({ name }) => name),
	);
	const design = designOf(flags.axes, options, seed);
	const points = sweepPoints(flags.axes, design);
	const text = await readText(file);
	const read = scenarioReader(text, file);
	const { variant, set = [] } = options;
	const base = read({ variant, set });
	const load = (name: string, sets: readonly string[]): Scenario => read({ variant: name, set: [...set, ...sets] });
	const { caseAt, keys, warnings } = pointCases(flags.axes, points, base, load);
	if (!options.quiet) for (const line of warnings) complain(line);

	const size: SweepSize = { firstSeed: seed, reps: options.reps, quantities: sweptQuantities(options.show) };
	const hash = fingerprint(['sweep', flags.axes, design, keys, seed]);
	const about = aboutOf(base, { ...design, hash, total: points.length }, flags.axes, size, shard, options.show);
	const own = shard === null ? points : shardOf(points, shard);
	if (!options.quiet) process.stderr.write(planText(points.length, own.length, size.reps, shard));
	const dir = options.results ? sweepFolder(options.out, about) : null;
	const paths = flags.axes.map(({ path }) => path).join(' x ');
	const plan = {
		dir,
		design: { hash, about: `sweep ${file}, ${variant}, ${paths}, from seed ${seed}` },
		total: own.length * size.reps,
		flags: options,
		keep: withoutCurves,
	};
	const verdicts = await experiment(plan, (laboratory) => sweep(own, caseAt, size, laboratory));
	const summary = sweepSummary(about, verdicts);
	process.exitCode = giveSweep(summary, manifestText(summary, base, text), {
		dir,
		format: options.format,
		show: options.show,
		rerun: rerunLine(file, flags, options),
		quiet: options.quiet === true,
		style: styleFor(command.optsWithGlobals<{ color: boolean }>().color),
	});
}

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
	design: SweepSummary['design'],
	axes: readonly SweepAxis[],
	{ firstSeed, reps, quantities }: SweepSize,
	shard: Shard | null,
	show: string,
): SweepAbout {
	return {
		name,
		variant,
		version: VERSION,
		design,
		axes,
		seeds: { first: firstSeed, runs: reps },
		shard,
		show,
		quantities,
		expectations: expectations.map(({ text }) => text),
		clock: { date: world.date, clockUs: world.clockUs, fromUs: world.warmUpUs, toUs: world.horizonUs },
	};
}

/** What was asked: the same for every shard, and for all of them together. */
function manifestText({ points, shard, partial, schema, ...head }: SweepSummary, base: Scenario, text: string): string {
	return toJson({
		tool: 'retrystorm',
		...(head as object as { [key: string]: Json }),
		scenarioSha256: createHash('sha256').update(text).digest('hex'),
		scenario: base.resolved as Json,
		world: worldJson(base.world),
	});
}

/** "400 points x 20 replications = 8,000 runs; shard 3/8 has 50 points, 1,000 runs" */
function planText(all: number, own: number, reps: number, shard: Shard | null): string {
	const count = (n: number): string => n.toLocaleString('en-US');
	const whole = `${count(all)} points x ${count(reps)} replications = ${count(all * reps)} runs`;
	if (shard === null) return `${whole}\n`;
	return `${whole}; shard ${shard.index}/${shard.of} has ${count(own)} points, ${count(own * reps)} runs\n`;
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
