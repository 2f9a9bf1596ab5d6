/** Did you mean, for the ids of retry presets: there are many, and people know their software by other names. */
import { OTHER_NAMES, RETRY_PRESETS } from '../../catalog/retries.js';
import { nearest, suggest } from './did-you-mean.js';

/** The id of another name; the ids that have all of its words; else the one that is spelt like it; else those that have its first word. */
export function policyHint(id: string): string {
	const meant = OTHER_NAMES.get(id.toLowerCase());
	if (meant !== undefined) return `did you mean ${meant}?`;
	const ids = [...RETRY_PRESETS.keys()];
	const words = id.toLowerCase().split('-');
	const having = (some: readonly string[]) => ids.filter((known) => some.every((word) => known.includes(word)));
	const alike = id.length > 2 ? having(words) : [];
	if (alike.length === 0 && nearest(id, ids) === null && words[0].length > 2) alike.push(...having(words.slice(0, 1)));
	return alike.length > 1 ? `did you mean one of ${alike.join(', ')}?` : suggest(id, alike.length > 0 ? alike : ids);
}
