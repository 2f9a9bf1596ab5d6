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
		return { name, method, path: new RegExp(`^${path.split('*').map(escaped).join('.*')}$`) };
	});
	return (method, path) => {
		const end = path.search(/[?#]/);
		const bare = end < 0 ? path : path.slice(0, end);
		const rule = read.find((one) => (one.method === '*' || one.method === method) && one.path.test(bare));
		return rule === undefined ? OTHERS : rule.name;
	};
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
