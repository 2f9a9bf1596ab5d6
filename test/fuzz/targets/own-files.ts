/** What retrystorm itself has left behind, damaged: journals and page files. A damaged one is told, or only loses its damaged end. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageRecord, readPageRecord } from '../../../src/cli/output/page-record.js';
import { openJournal } from '../../../src/executors/journal.js';
import { type JournalEntry, writeLine } from '../../../src/executors/journal-lines.js';
import { UserError } from '../../../src/kernel/errors.js';
import { mutatedText } from '../mutate-text.js';
import type { Target } from '../target.js';

const DESIGN = { hash: 'abc', about: 'fuzz, 4 replications from seed 1' };
const HEAD = { format: 1, version: '1', design: DESIGN };
const ENTRY = { key: 'k', failure: { kind: 'limit', limit: 'events', message: 'stopped' } } as const;

/** @param folder a place to write journals to */
export function journals(folder: string): Target {
	mkdirSync(folder, { recursive: true });
	const whole = [writeLine(HEAD), ...[1, 2, 3, 4].map((seed) => writeLine({ ...ENTRY, seed } as JournalEntry))].join(
		'',
	);
	return {
		name: 'journal',
		make: (pick) => mutatedText(whole, pick),
		take: (text) => {
			const file = join(folder, 'journal.ndjson');
			rmSync(file, { force: true });
			writeFileSync(file, text);
			try {
				const journal = openJournal(file, { version: '1', design: DESIGN, resume: true });
				const size = journal.size;
				journal.close();
				if (size > 4 || size < 0) throw new Error(`knows ${size} of 4 tasks`);
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
			}
		},
	};
}

export function pages(): Target {
	const summary = { version: '1', runs: 3, shares: [0.5, null], text: 'a "name" <b>' };
	const whole = pageRecord({ kind: 'replications', version: '1', verdicts: [], summary }, summary);
	return {
		name: 'page',
		make: (pick) => mutatedText(whole, pick),
		take: (text) => {
			try {
				const read = readPageRecord(text);
				if (read === null || read === 'no checksum' || !read.belongsTo(summary) || text.trimEnd() === whole.trimEnd())
					return;
				// White space around it is no damage.
				if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(JSON.parse(whole)))
					throw new Error('takes a damaged page');
			} catch (error) {
				if (!(error instanceof SyntaxError)) throw error;
			}
		},
	};
}
