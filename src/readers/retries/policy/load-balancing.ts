/** How others choose among servers, in our words; where we lack one the nearest is taken, and it is said. */
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import type { Ledger, WrittenField } from './ledger.js';

type Choice = 'round-robin' | 'random' | 'least-outstanding' | 'two-choices';

interface KnownChoice {
	readonly choice: Choice;
	/** why it is only the nearest; null where it is the same */
	readonly nearest: string | null;
}

const same = (choice: Choice): KnownChoice => ({ choice, nearest: null });
const hashed: KnownChoice = {
	choice: 'round-robin',
	nearest: 'a hash keeps each client, address or header at one server, and servers are loaded unevenly',
};

/** By product, as two products mean different things by one name. */
const CHOICES: Readonly<Record<string, Readonly<Record<string, KnownChoice>>>> = {
	envoy: {
		ROUND_ROBIN: same('round-robin'),
		LEAST_REQUEST: same('two-choices'),
		LEAST_CONN: same('two-choices'),
		RANDOM: same('random'),
		RING_HASH: hashed,
		MAGLEV: hashed,
	},
	haproxy: {
		roundrobin: same('round-robin'),
		'static-rr': same('round-robin'),
		leastconn: same('least-outstanding'),
		random: same('two-choices'),
		first: { choice: 'round-robin', nearest: 'the first server is filled up before the next one is used' },
		source: hashed,
		uri: hashed,
		url_param: hashed,
		hdr: hashed,
		hash: hashed,
		'rdp-cookie': hashed,
	},
	nginx: {
		least_conn: same('least-outstanding'),
		random: same('random'),
		ip_hash: hashed,
		hash: hashed,
		least_time: { choice: 'least-outstanding', nearest: 'how long answers took is not looked at' },
	},
};

/** The line `choice` of an edge. @param said as it is written */
export function choiceLine(product: string, word: string, from: WrittenField, said: string, ledger: Ledger): Line {
	const known = CHOICES[product]?.[word];
	const { choice, nearest } = known ?? { choice: 'round-robin' as const, nearest: 'it has no counterpart' };
	return line('choice', choice, noteOf(from, said, choice, nearest, ledger));
}

function noteOf(from: WrittenField, said: string, choice: Choice, nearest: string | null, ledger: Ledger): Note {
	if (nearest === null) return ledger.understood(from, `${said}: ${choice}`);
	return ledger.assumed(from, `${said}: ${nearest}; not in the language, and ${choice} is the nearest`);
}
