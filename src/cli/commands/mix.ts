/** `retrystorm mix A B`: two traffics side by side, and what a gate on one of them would miss of the other. */

import { type Command, Option } from 'commander';
import { trafficPair } from '../../experiment/fit/mix-comparison.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { parseShare } from '../../kernel/units.js';
import { toJson } from '../../report/files/json.js';
import { mixCsv, mixJson, mixReport } from '../../report/fit/mix-text.js';
import { formatFlag, positive, readShareBelow, repeatable } from '../flags/flags.js';
import { asFlag, fieldsFlag, logFormatFlag } from '../flags/log-flags.js';
import { collect, type LogFlags } from '../input/logs.js';
import { writeText } from '../output/files.js';
import { writeData } from '../output/terminal-output.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';

interface MixFlags extends LogFlags {
	readonly samples: number;
	readonly above: string;
	readonly power: string;
	readonly format: 'text' | 'json' | 'csv';
	readonly out?: string;
	readonly force?: true;
}

const HELP = `
A gate sees the share of its samples that fail. A defect in a class shows there by the class's share of the traffic, so that a
class which staging hardly sees may fail whole and trip nothing: the binomial law says from which share on it would.`;

/** As many numbers are summed up for the binomial law, some sixty times. */
const MOST_SAMPLES = 10_000_000;

export function mixCommand(root: Command): void {
	root
		.command('mix')
		.description(
			'compare the class mixes of two logs, such as staging and production, and what a gate on either would notice',
		)
		.argument('<a>', 'a log that `fit` reads, such as staging; - reads standard input')
		.argument('<b>', 'another, such as production')
		.addOption(new Option('--samples <n>', 'requests that the gate looks at').argParser(positive).default(1000))
		.option('--above <share>', 'it trips when a larger share of them fails', '5%')
		.option('--power <share>', 'it notices what it trips for in so many cases', '95%')
		.addOption(repeatable('--classes <name=pattern>', 'own classes: a path, or "METHOD path", with *; may be repeated'))
		.addOption(asFlag())
		.addOption(logFormatFlag())
		.addOption(fieldsFlag())
		.option('--any-order', 'lines may go back by more than an hour')
		.addOption(formatFlag())
		.option('-o, --out <file>', 'where it goes, in place of standard output')
		.option('-f, --force', 'overwrite a file that exists')
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(mixAction);
}

async function mixAction(a: string, b: string, flags: MixFlags, command: Command): Promise<void> {
	const power = readShareBelow('--power', flags.power, 1, '95%');
	const gate = { samples: readSamples(flags.samples), above: readAbove(flags.above), power };
	if (a === '-' && b === '-') {
		throw new UserError(
			'error: mix: found - twice, standard input can be read once: a file for one of them would do',
			EXIT.usage,
		);
	}
	const left = await collect([a], flags);
	const right = await collect([b], flags);
	const pair = trafficPair(left.classes, right.classes, flags.classes !== undefined, gate);
	const style = styleFor(flags.out === undefined && command.optsWithGlobals<{ color: boolean }>().color);
	const labels = { a, b };
	const text =
		flags.format === 'json'
			? toJson(mixJson(pair, labels, VERSION))
			: flags.format === 'csv'
				? mixCsv(pair)
				: mixReport(pair, labels, style);
	if (flags.out === undefined) {
		if (flags.format === 'text') process.stdout.write(text);
		else writeData(text);
	} else writeText(flags.out, text, flags.force ? 'w' : 'wx');
}

function readSamples(samples: number): number {
	if (samples <= MOST_SAMPLES) return samples;
	throw new UserError(`error: --samples: found ${samples}, at most ${MOST_SAMPLES} would do`, EXIT.usage);
}

/** 0% trips at the first failure. */
function readAbove(text: string): number {
	try {
		const above = parseShare(text);
		if (above < 1) return above;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
	}
	throw new UserError(
		`error: --above: found ${JSON.stringify(text)}, a share from 0% and below 100% would do, e.g. 5%`,
		EXIT.usage,
	);
}
