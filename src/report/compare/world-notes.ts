/** Of folders that are compared: whether they hold the same world, and in which fields they differ where they do not. */
import type { Json } from '../files/json.js';
import { differsOf } from './page.js';

/** Fields that a note lists: the page and the manifests have all of them. */
const MOST_FIELDS = 5;

/** A note for each folder but the first. @param folders their names, and the scenarios that ran in them */
export function worldNotes(folders: readonly { readonly label: string; readonly scenario: Json }[]): string[] {
	return differsOf(folders).map(({ label, rows }) => {
		const both = `${label} and ${folders[0].label}`;
		if (rows.length === 0) return `${both} hold the same world`;
		const listed = rows.slice(0, MOST_FIELDS).map(([path, there, here]) => `${path} (${here} against ${there})`);
		const more = rows.length > MOST_FIELDS ? ` and ${rows.length - MOST_FIELDS} more fields` : '';
		return `${both} hold different worlds: ${listed.join(', ')}${more}`;
	});
}
