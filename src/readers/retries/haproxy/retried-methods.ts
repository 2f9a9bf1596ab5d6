/** HAProxy: which methods keep their retries of answers beside `http-request disable-l7-retry`. */
import type { DirectiveWords } from './sections.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'];

/** Methods whose answers are tried again; none without a condition, null where it is not one of methods alone. */
export function retriedMethods({ words }: DirectiveWords): string[] | null {
	const [, , way, ...terms] = words;
	if (way === undefined) return [];
	const named = terms
		.filter((term) => !['or', '||'].includes(term))
		.map((term) => {
			const found = /^(!?)METH_([A-Z]+)$/.exec(term);
			if (found === null) return null;
			const these = found[2] === 'GET' ? ['GET', 'HEAD'] : [found[2]];
			return found[1] === '!' ? METHODS.filter((method) => !these.includes(method)) : these;
		});
	// Terms side by side are all needed: one of methods alone is read.
	if (named.length === 0 || named.some((each) => each === null)) return null;
	if (named.length > 1 && !terms.some((term) => term === 'or' || term === '||')) return null;
	const hit = named.flatMap((each) => each ?? []);
	const disabled = way === 'if' ? hit : METHODS.filter((method) => !hit.includes(method));
	return METHODS.filter((method) => !disabled.includes(method));
}
