/** Says of what is expected beside a recording that it was not asked: a promise passed over in silence looks kept. */
import type { Scenario } from '../../scenario/load.js';
import { complain } from './exit.js';

export function tellNotAsked(file: string, scenarios: readonly Scenario[]): void {
	const texts = new Set(scenarios.flatMap(({ recordingExpectations: beside }) => beside.map(({ text }) => text)));
	if (texts.size === 0) return;
	const which = [...texts].join(', ');
	complain(`${file}: not asked: ${which}; retrystorm compare ${file} --measured RECORDING asks it`);
}
