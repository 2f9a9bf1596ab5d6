/** Flags that several commands have, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, UserError } from '../../kernel/errors.js';
import { parseShare } from '../../kernel/units.js';

/** A flag that may come several times. */
export function repeatable(flags: string, description: string): Option {
	return new Option(flags, description).argParser((value: string, before: string[] = []) => [...before, value]);
}

export const seedFlag = (description: string): Option =>
	new Option('--seed <n>', description).env('RETRYSTORM_SEED').default('1');

export const outFlag = (description: string): Option =>
	new Option('-o, --out <dir>', description).env('RETRYSTORM_OUT');

/** What standard output gets. */
export const formatFlag = (): Option =>
	new Option('--format <format>', 'what standard output gets').choices(['text', 'json', 'csv']).default('text');

/** A whole number from 1 up. */
export function positive(text: string): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
	throw new InvalidArgumentError('A whole number from 1 up would do.');
}

/** The value of `seedFlag`. @throws UserError (exit 2) that names the flag or the variable that it comes from */
export function readSeed(text: string, command: Command): number {
	const seed = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
	const from = command.getOptionValueSource('seed') === 'env' ? 'RETRYSTORM_SEED' : '--seed';
	throw new UserError(
		`error: ${from}: found ${JSON.stringify(text)}, an integer from 0 up to 2^53 would do`,
		EXIT.usage,
	);
}

/**
 * A share strictly between 0 and `below`.
 * @param example a value that would do
 * @throws UserError (exit 2)
 */
export function readShareBelow(flag: string, text: string, below: number, example: string): number {
	try {
		const share = parseShare(text);
		if (share > 0 && share < below) return share;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
	}
	throw new UserError(
		`error: ${flag}: found ${JSON.stringify(text)}, a share above 0% and below ${100 * below}% would do, e.g. ${example}`,
		EXIT.usage,
	);
}
