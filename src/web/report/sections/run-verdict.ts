/** The first screen of a run: what came out, whether promises were kept, and how to run it again. */
import type { PageVerdict } from '../../../report/page/parts.js';
import type { RunPart } from '../../../report/run/page-data.js';
import { at } from '../dom/data-path.js';
import { expectationList } from './expectations.js';
import { opening } from './header.js';

export function verdictHeader(run: RunPart, version: string): Node[] {
	const { judgement, verdict, clock, summary } = run;
	const day = clock.date === null ? '' : `${clock.date}, `;
	const verdicts: PageVerdict[] = [judgement, { text: verdict, tone: judgement.tone }];
	if (at(summary, 'partial') === true)
		verdicts.push({ text: 'Stopped before its end: what follows is what it has so far.', tone: 'bad' });
	const kicker = `Retrystorm ${version}: a simulation, ${day}times in UTC, seed ${String(at(summary, 'seed'))}`;
	return [opening({ ...run, kicker, verdicts }, expectationList(summary))];
}

/** All runs, the one that is shown first. */
export const chosen = (all: readonly RunPart[], run: RunPart): readonly RunPart[] => [
	run,
	...all.filter((other) => other !== run),
];
