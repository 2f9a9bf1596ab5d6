/** Reports the expectations that need a recording and so were not checked: skipped in silence, they would look fulfilled. */
import type { Scenario } from '../../scenario/load.js';
import { complain } from './exit.js';

export function warnOfSkippedExpectations(file: string, scenarios: readonly Scenario[]): void {
	const texts = new Set(scenarios.flatMap(({ recordingExpectations: beside }) => beside.map(({ text }) => text)));
	if (texts.size === 0) return;
	const which = [...texts].join(', ');
	complain(`${file}: not asked: ${which}; retrystorm compare ${file} --measured RECORDING asks it`);
}
