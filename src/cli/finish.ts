/** Turns whatever a command ends with into an exit code and, where it is an error, into words. Never a stack trace. */
import { CommanderError } from 'commander';
import { Bug, EXIT, UserError } from '../kernel/check.js';

export async function finish(command: () => Promise<unknown>): Promise<void> {
	// A reader that closes early (`| head`) is no error of ours.
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code === 'EPIPE') process.exit(EXIT.ok);
	});
	try {
		await command();
	} catch (error) {
		process.exitCode = explain(error);
	}
}

function explain(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
	if (error instanceof UserError) {
		process.stderr.write(`${error.message}\n`);
		return error.exit;
	}
	const what = error instanceof Error ? error.message : String(error);
	const kind =
		error instanceof Bug
			? 'this is a bug in retrystorm, please report it with the scenario and the seed'
			: 'unexpected';
	process.stderr.write(`error: ${what}\n  ${kind}\n`);
	if (process.env.RETRYSTORM_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	return EXIT.unexpected;
}
