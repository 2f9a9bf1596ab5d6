/** Mutations of a text that know no grammar: what disks, editors and attackers do. */
import type { Picker } from '../reference/families/picker.js';
import { anyValue } from './values.js';

const JUNK = [
	'\0',
	'\ufeff',
	'\u202e',
	'\t',
	'\r',
	'"',
	"'",
	'{',
	'}',
	'[',
	']',
	':',
	'#',
	'&a ',
	'*a',
	'!!js ',
	'<<: ',
	'---\n',
	'\\u0000',
];
const NUMBER = /-?\d+(\.\d+)?/g;

export function mutatedText(text: string, pick: Picker): string {
	let now = text;
	const rounds = pick.one(1, 1, 2, 4);
	for (let i = 0; i < rounds; i++) now = once(now, pick);
	return now.slice(0, 200_000);
}

function once(text: string, pick: Picker): string {
	const at = pick.whole(0, text.length);
	const to = Math.min(text.length, at + pick.one(1, 1, 10, 100, 1000));
	const lines = text.split('\n');
	const line = pick.whole(0, lines.length - 1);
	switch (pick.whole(0, 8)) {
		case 0:
			return text.slice(0, at) + text.slice(to);
		case 1:
			return text.slice(0, at) + pick.one(...JUNK) + text.slice(at);
		case 2:
			return text.slice(0, at);
		case 3:
			return lines.toSpliced(line, 0, lines[pick.whole(0, lines.length - 1)]).join('\n');
		case 4:
			return lines.toSpliced(line, 1).join('\n');
		case 5:
			return text.slice(0, to) + text.slice(at, to).repeat(pick.one(1, 3, 50)) + text.slice(to);
		case 6: {
			const value = anyValue(pick);
			return text.slice(0, at) + (typeof value === 'string' ? value : JSON.stringify(value)) + text.slice(to);
		}
		case 7: {
			const numbers = [...text.matchAll(NUMBER)];
			if (numbers.length === 0) return text;
			const { index, 0: found } = pick.one(...numbers);
			const other = pick.one(
				'0',
				'-1',
				'1e308',
				'1e11',
				'0.5',
				'99999999999999999999',
				'NaN',
				`${found}0`,
				`-${found}`,
			);
			return text.slice(0, index) + other + text.slice(index + found.length);
		}
		default: {
			if (text.length === 0) return text;
			const place = Math.min(at, text.length - 1);
			const flipped = String.fromCharCode(text.charCodeAt(place) ^ (1 << pick.whole(0, 6)));
			return text.slice(0, place) + flipped + text.slice(place + 1);
		}
	}
}
