/** What the author says of a log by flags: its format, its fields, what its numbers are. */
import { EXIT, UserError } from '../../../kernel/errors.js';
import { parseDuration } from '../../../kernel/units.js';
import type { Answers, CountedAs, LogKind } from './log-format.js';
import { ownFields } from './own-fields.js';
import { ownFormat } from './text/format-string.js';

/** @throws UserError (exit 2) for both at once, and for either where it says nothing */
export function ownKind(format: string | undefined, fields: string | undefined): LogKind | null {
	if (format !== undefined && fields !== undefined)
		throw new UserError('error: --log-format and --fields: found both, one of them would do', EXIT.usage);
	if (format !== undefined) return ownFormat(format);
	return fields === undefined ? null : ownFields(fields);
}

const KINDS: readonly CountedAs[] = ['rate', 'increase', 'counter', 'gauge'];

/** "rate", or "rate:5m" with the window that each value covers. @throws UserError (exit 2) for anything else */
export function readAs(text: string): Answers['as'] {
	const [name, window] = text.split(':');
	const kind = KINDS.find((one) => one === name);
	const windowUs = window === undefined ? null : windowOf(window);
	if (kind !== undefined && (windowUs === null || ((kind === 'rate' || kind === 'increase') && windowUs > 0)))
		return { kind, windowUs };
	throw new UserError(
		`error: --as: found ${JSON.stringify(text)}, one of ${KINDS.join(', ')} would do, a rate or an increase with its window such as rate:5m`,
		EXIT.usage,
	);
}

function windowOf(text: string): number {
	try {
		return parseDuration(text);
	} catch (error) {
		if (error instanceof UserError) return -1;
		throw error;
	}
}
