/** Turns whatever a command ends with into an exit code and, where it is an error, into words. Never a stack trace. */

import { CommanderError } from 'commander';
import { overall, type Verdict } from '../../experiment/task/judge.js';
import type { TaskFailure } from '../../experiment/task/task.js';
import { Bug, EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { printableLines } from '../../kernel/printable.js';
import { guardTerminal } from './terminal-output.js';

export async function finish(command: () => Promise<unknown>): Promise<void> {
	guardTerminal();
	watchOutput(process.stdout);
	watchOutput(process.stderr);
	process.once('uncaughtException', (error) => process.exit(explain(error)));
	try {
		await command();
	} catch (error) {
		process.exitCode = explain(error);
	}
}

/**
 * A reader that closes early (`| head`) is no error: the command goes on, so that its files are written and its exit
 * code stands. Output that is lost otherwise (a full disk) is one, whatever the command itself ends with.
 */
function watchOutput(stream: NodeJS.WriteStream): void {
	let lost = false;
	stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
		if (code === 'EPIPE' || lost) return;
		lost = true;
		process.once('exit', () => {
			process.exitCode = EXIT.unexpected;
		});
		if (stream === process.stdout) process.stderr.write(`error: standard output cannot be written: ${message}\n`);
	});
}

function explain(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
	if (error instanceof UserError) {
		complain(error.message);
		return error.exit;
	}
	const what = error instanceof Error ? error.message : String(error);
	const kind =
		error instanceof Bug
			? 'this is a bug in retrystorm, please report it with the scenario and the seed'
			: 'unexpected';
	complain(`error: ${what}\n  ${kind}`);
	if (process.env.RETRYSTORM_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	return EXIT.unexpected;
}

const AFTER = {
	pass: EXIT.ok,
	fail: EXIT.expectationFailed,
	undecided: EXIT.inconclusive,
	inconclusive: EXIT.inconclusive,
} as const;

/** What a command ends with that came to its end and judged. */
export const verdictExit = (verdicts: readonly Verdict[]): ExitCode => AFTER[overall(verdicts)];

/** What a batch ends with where some of its runs have no result; null where all have. */
export function failureExit(kinds: readonly TaskFailure['kind'][]): ExitCode | null {
	if (kinds.includes('interrupted')) return EXIT.interrupted;
	if (kinds.includes('bug')) return EXIT.unexpected;
	return kinds.includes('limit') ? EXIT.limit : null;
}

/** One or more lines on standard error. Names are the author's: a control character in them must not reach a terminal. */
export function complain(text: string): void {
	process.stderr.write(`${printableLines(text)}\n`);
}
