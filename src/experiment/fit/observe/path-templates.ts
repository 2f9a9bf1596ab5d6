/** Paths without what differs from request to request: the query goes, and parts that are ids become `:id`. */

/** Numbers, UUIDs, long hexadecimal or mixed words: whatever names one thing rather than a kind of thing. */
const ID =
	/^(?:\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{12,}|(?=.*\d)[A-Za-z0-9_-]{16,})$/i;
const MAX_PARTS = 8;
const MAX_LENGTH = 120;

/** "/orders/123/items?x=1" becomes "/orders/:id/items". */
export function pathTemplate(path: string): string {
	const end = path.search(/[?#;]/);
	const bare = end < 0 ? path : path.slice(0, end);
	const parts = bare.split('/');
	const segments = parts.slice(0, MAX_PARTS + 1).map((part) => (ID.test(part) ? ':id' : part));
	const template = parts.length > segments.length ? `${segments.join('/')}/...` : segments.join('/');
	return template.length > MAX_LENGTH ? `${template.slice(0, MAX_LENGTH - 3)}...` : template;
}

/** Remembers the templates of the paths that come again, and forgets all where there are too many. */
export function rememberingTemplates(most = 50_000): (path: string) => string {
	const known = new Map<string, string>();
	return (path) => {
		const before = known.get(path);
		if (before !== undefined) return before;
		if (known.size >= most) known.clear();
		const template = pathTemplate(path);
		known.set(path, template);
		return template;
	};
}
