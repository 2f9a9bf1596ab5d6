/** A retry policy as an import draws it: the lines of one layer, and where that layer stands. */
import { formatDuration } from '../../../kernel/units.js';
import { exactNames } from '../../../model/retry/cause.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { Block, type Line, line } from '../../manifest/yaml-writer.js';
import type { Ledger, WrittenField } from './ledger.js';
import { type CauseWord, inOrder } from './status-causes.js';

export interface RetryLayer {
	/** what it is called in the source; made fit to be a name of ours later */
	readonly name: string;
	readonly file: string;
	/** what was found */
	readonly note: Note;
	/** sdk: in the client itself; mesh, proxy: a layer of its own, between the client and the edge */
	readonly layer: 'sdk' | 'mesh' | 'proxy';
	readonly lines: readonly Line[];
	/** servers that the source lists; null where it lists none */
	readonly nodes: number | null;
	/** servers that serve only while those are out; none by default */
	readonly spares?: number;
	/** what it says of the servers themselves: `choice`, `failover` */
	readonly edge?: readonly Line[];
}

export const time = (key: string, us: number, note: Note | null): Line => line(key, formatDuration(us), note);

/** A block with lines of which some may be missing. */
export const block = (...lines: readonly (Line | null)[]): Block => new Block(present(lines));

export const present = (lines: readonly (Line | null)[]): Line[] => lines.filter((each) => each !== null);

/** What is retried, and how often. */
export interface LayerTries {
	/** sends, the first included; Infinity = unlimited */
	readonly attempts: number;
	readonly attemptsNote: Note;
	readonly on: readonly CauseWord[];
	/** where `on` is written */
	readonly from: WrittenField;
	readonly said: string;
	/** true where what is written says less than what is taken */
	readonly assumed?: boolean;
}

/** `attempts` and `on`; where nothing that happens in our worlds is retried, one attempt. */
export function triesLines({ attempts, attemptsNote, on, from, said, assumed }: LayerTries, ledger: Ledger): Line[] {
	const words = inOrder(on);
	if (words.length === 0) {
		const note = ledger.unexpressed(from, `${said}: none of it happens in a world of ours, so nothing is retried`);
		return [line('attempts', 1, note)];
	}
	return [
		line('attempts', attempts === Number.POSITIVE_INFINITY ? 'unlimited' : attempts, attemptsNote),
		line('on', exactNames(words), assumed === true ? ledger.assumed(from, said) : ledger.understood(from, said)),
	];
}
