/** Routes with one and the same policy, of which a configuration may have hundreds: one of them stands for all, and names them. */
import { plainOf } from '../../manifest/yaml-writer.js';
import type { RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';

const MOST_NAMES = 20;

export function withoutRepeats(layers: readonly RetryLayer[], ledger: Ledger): RetryLayer[] {
	const groups = new Map<string, RetryLayer[]>();
	for (const each of layers) {
		const key = JSON.stringify([each.layer, plainOf(each.lines), plainOf(each.edge ?? []), each.nodes, each.spares]);
		groups.set(key, [...(groups.get(key) ?? []), each]);
	}
	return [...groups.values()].map(([first, ...others]) => {
		if (others.length === 0) return first;
		const names = others.map(({ name }) => name);
		const shown = `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''}`;
		ledger.understood(
			{ place: first.note.at, path: '' },
			`${first.name} stands for ${others.length + 1} with the same policy: ${shown} are one with it`,
		);
		return first;
	});
}
