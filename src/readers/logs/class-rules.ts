/** `--classes NAME=PATTERN`: the author's own grouping. A pattern is a path, or a method and a path, with `*` for anything. */
import type { Classify } from '../../experiment/fit/observe/collector.js';
import { EXIT, UserError } from '../../kernel/errors.js';

const RULE = /^([A-Za-z0-9][A-Za-z0-9_-]*)=(?:([A-Z]+|\*) )?(\/.*|\*)$/;
const OTHERS = 'other';

/**
 * The first rule that fits names the class; whatever none fits is `other`.
 * @returns null without a rule
 * @throws UserError (exit 2) for a rule that is none
 */
export function classifier(rules: readonly string[] | undefined): Classify | null {
	if (rules === undefined || rules.length === 0) return null;
	const read = rules.map((rule) => {
		const found = RULE.exec(rule);
		if (found === null) {
			throw new UserError(
				`error: --classes: found ${JSON.stringify(rule)}, NAME=PATTERN such as checkout=/api/checkout* or "write=POST *" would do`,
				EXIT.usage,
			);
		}
		const [, name, method = '*', path] = found;
		return { name, method, parts: path.split('*') };
	});
	return (method, path) => {
		const end = path.search(/[?#]/);
		const bare = end < 0 ? path : path.slice(0, end);
		const rule = read.find((one) => (one.method === '*' || one.method === method) && fits(bare, one.parts));
		return rule === undefined ? OTHERS : rule.name;
	};
}

/** Each part is taken where it comes first, so that no text is read twice, however many stars there are. */
function fits(path: string, parts: readonly string[]): boolean {
	const [first, ...rest] = parts;
	const last = rest.pop();
	if (last === undefined) return path === first;
	if (!path.startsWith(first)) return false;
	let at = first.length;
	for (const part of rest) {
		const found = path.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return path.length - at >= last.length && path.endsWith(last);
}
