/** `retrystorm fit FILE...`: logs and metrics as SREs have them, turned into a scenario whose every number says where it is from. */

import { type Command, Option } from 'commander';
import { type Findings, findingsOf } from '../../experiment/fit/findings.js';
import type { Collector } from '../../experiment/fit/observe/collector.js';
import { leastEveryS, suitingEveryS } from '../../experiment/fit/series.js';
import { troublesOf } from '../../experiment/fit/trouble/troubles.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { formatDuration, parseDuration, SECOND } from '../../kernel/units.js';
import { writeScenario } from '../../readers/logs/scenario/scenario.js';
import { troubleText } from '../../readers/logs/scenario/trouble-lines.js';
import { toJson } from '../../report/files/json.js';
import { fitCsv, fitJson } from '../../report/fit/files.js';
import { fitReport } from '../../report/fit/text.js';
import type { Style } from '../../report/text/style.js';
import { checkScenario } from '../../scenario/load.js';
import { CONFIDENCE, TOLERANCE } from '../flags/compare-flags.js';
import { type ExperimentFlags, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, positive, readShareBelow, repeatable } from '../flags/flags.js';
import { asFlag, fieldsFlag, logFormatFlag } from '../flags/log-flags.js';
import { quoted } from '../flags/rerun-line.js';
import { collectAndRecord, type LogFlags } from '../input/logs.js';
import { recordedIn, sha256Of } from '../input/recording-file.js';
import { complain } from '../output/exit.js';
import { writeText } from '../output/files.js';
import { writeData } from '../output/terminal-output.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';
import { compareMeasured, MEASURED_RUNS } from './measure.js';

interface FitFlags extends LogFlags, ExperimentFlags {
	readonly out?: string;
	readonly force?: true;
	readonly format: 'text' | 'json' | 'csv';
	readonly every?: string;
	readonly window?: string;
	readonly traffic: 'counts' | 'fitted';
	readonly train?: string;
	readonly replay?: true;
	readonly reps: number;
}

/** Attempts that are kept to look for trouble: of a longer log none is told. */
const MOST_KEPT = 1_000_000;

const HELP = `
The kind of each file is recognised by its first lines. Without --out the scenario goes to standard output, and what was found to
standard error; with it, what was found goes to standard output. Several files are one traffic: the logs of several servers.

Where more fails than usual, the trouble is looked for: errors of the server's own by their status, a fall of capacity by sending the
same attempts once more to a queue that is slow for a while. It is written as faults, each number with an interval; where no cause can
be told, that is said. --replay runs the scenario and holds the runs beside the log, as compare FILE --measured LOG does; with
--format json or csv that comparison alone is printed.`;

export function fitCommand(root: Command): void {
	const command = root
		.command('fit')
		.description(
			'turn access logs (combined, nginx, Envoy or Logpush JSON), k6 and vegeta results, Prometheus answers or CSV counts into a scenario, each number with its origin',
		)
		.argument('<file...>', 'logs, packed by gzip, zstd or not; - reads standard input')
		.option('-o, --out <file>', 'where the scenario goes')
		.option('-f, --force', 'overwrite a file that exists')
		.addOption(formatFlag())
		.addOption(repeatable('--classes <name=pattern>', 'own classes: a path, or "METHOD path", with *; may be repeated'))
		.option('--every <time>', 'length of an interval (default: what suits the log)')
		.option(
			'--window <time>',
			'length of the part that the scenario holds, the busiest (default: what is quick to run)',
		)
		.addOption(
			new Option('--traffic <form>', 'recorded counts, or the curve through them')
				.choices(['counts', 'fitted'])
				.default('counts'),
		)
		.option('--train <share>', 'learn from the first part only, and hold a forecast of the rest against it, e.g. 60%')
		.option('--replay', 'run the scenario, and hold the runs beside the log itself, bucket by bucket (with --out)')
		.addOption(new Option('--reps <n>', 'of --replay: replications').argParser(positive).default(MEASURED_RUNS))
		.addOption(asFlag())
		.addOption(logFormatFlag())
		.addOption(fieldsFlag())
		.option('--any-order', 'lines may go back by more than an hour: each is counted where its clock says')
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(fitAction);
	withExperimentFlags(command);
}

async function fitAction(files: string[], flags: FitFlags, command: Command): Promise<void> {
	const train = flags.train === undefined ? null : readShareBelow('--train', flags.train, 1, '60%');
	if (flags.replay !== undefined && flags.out === undefined) throw noOut();
	const windowUs = flags.window === undefined ? null : readTime('--window', flags.window);
	const wantedUs = flags.every === undefined ? null : readTime('--every', flags.every);
	const { collector, recorder } = await collectAndRecord(
		files,
		flags,
		flags.replay === undefined ? MOST_KEPT : undefined,
	);
	const everyS = wantedUs === null ? suitingEveryS(collector) : ownEveryS(wantedUs, collector);
	const found = findingsOf(collector, { everyS, ownClasses: flags.classes !== undefined, train });
	checkEnough(files, found);
	if (train !== null && found.backtest === null) throw tooShort(train, found);
	const troubles = troublesOf(found, recorder.keptAttempts);
	const texts = troubles.map((one) => troubleText(one, found.series.fromS));
	const scenario = writeScenario(found, { traffic: flags.traffic, windowUs, troubles });
	checkWritten(files, scenario);
	if (flags.out !== undefined) writeText(flags.out, scenario, flags.force ? 'w' : 'wx');
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const printsFit = flags.replay === undefined || flags.format === 'text';
	if (!printsFit) {
		// The comparison is what is printed.
	} else if (flags.format === 'json')
		process.stdout.write(
			toJson(
				fitJson(
					found,
					scenario,
					VERSION,
					troubles.map(({ kind }, i) => ({ kind, text: texts[i] })),
				),
			),
		);
	else if (flags.format === 'csv') writeData(fitCsv(found));
	else if (flags.out === undefined) writeData(scenario);
	else process.stdout.write(fitReport(found, style, texts));
	if (flags.replay !== undefined && flags.out !== undefined) {
		process.exitCode = await replay(files, flags.out, flags, { collector, recorder }, style);
		return;
	}
	if (flags.quiet !== undefined) return;
	if (flags.out !== undefined) complain(`wrote ${flags.out}; run it with: retrystorm run ${quoted(flags.out)}`);
	else if (flags.format === 'text') complain(fitReport(found, undefined, texts).trimEnd());
}

const noOut = (): UserError =>
	new UserError('error: --replay: found no --out, the file where the scenario goes would do', EXIT.usage);

/** The scenario that was written beside the log that it comes from. */
async function replay(
	files: readonly string[],
	out: string,
	flags: FitFlags,
	{ collector, recorder }: Awaited<ReturnType<typeof collectAndRecord>>,
	style: Style,
): Promise<ExitCode> {
	const { reps, quiet, format, workers, progress, resume, restart } = flags;
	const file = files.join(', ');
	const sha256 = files.includes('-') ? '' : await sha256Of(files);
	return await compareMeasured({
		args: [out],
		file,
		read: { ...recordedIn(file, collector, recorder), sha256 },
		seed: 1,
		runs: reps,
		level: 0.95,
		flags: {
			seed: '1',
			reps,
			measured: file,
			tolerance: TOLERANCE,
			confidence: CONFIDENCE,
			results: true,
			report: true,
			format,
			workers,
			progress,
			...(resume === undefined ? {} : { resume }),
			...(restart === undefined ? {} : { restart }),
			...(quiet === undefined ? {} : { quiet }),
		},
		style,
	});
}

/** @throws UserError (exit 104) where `check` would refuse what was made of the log: nothing is written then */
function checkWritten(files: readonly string[], scenario: string): void {
	const { errors } = checkScenario(scenario, { file: 'the scenario' });
	if (errors.length === 0) return;
	throw new UserError(
		`${files.join(', ')}: error: no valid scenario can be made of it:\n${errors.map(({ text }) => `  ${text}`).join('\n')}`,
	);
}

/** @throws UserError (exit 104) for a log of one instant, which has no rate */
function checkEnough(files: readonly string[], { series, total }: Findings): void {
	if (series.all.length > 1 && total > 1) return;
	const what = total <= 1 ? 'a single request' : `${Math.round(total)} requests at one instant`;
	throw new UserError(
		`${files.join(', ')}: error: found ${what}, requests at two instants or more would do: a rate takes time`,
	);
}

function tooShort(train: number, { series }: Findings): UserError {
	const learnt = Math.floor(train * series.all.length);
	return new UserError(
		`error: --train: found ${learnt} intervals of ${formatDuration(series.everyS * SECOND)} to learn from and ${series.all.length - learnt} to forecast, ten of each would do; a shorter --every makes more`,
		EXIT.usage,
	);
}

function readTime(flag: string, text: string): number {
	try {
		const us = parseDuration(text);
		if (us > 0) return us;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
	}
	throw new UserError(`error: ${flag}: found ${JSON.stringify(text)}, a time such as 1h would do`, EXIT.usage);
}

/** @throws UserError (exit 2) for an interval that cannot be had */
function ownEveryS(us: number, collector: Collector): number {
	const least = leastEveryS(collector);
	const fitting = collector.grid.ladderS.filter((every) => every >= least);
	const found = fitting.find((every) => every * SECOND === us);
	if (found !== undefined) return found;
	const list = fitting.map((every) => formatDuration(every * SECOND)).join(', ');
	throw new UserError(`error: --every: found ${formatDuration(us)}, one of ${list} would do`, EXIT.usage);
}
