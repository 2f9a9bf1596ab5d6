/** The shipped scenarios for a terminal, 80 columns. */
import { plain, type Style } from '../text/style.js';
import { WIDTH, wrap } from '../text/text-table.js';

interface ListedScenario {
	readonly name: string;
	readonly about: string;
	readonly variants: readonly string[];
}

/** @returns with a line feed at its end */
export function scenarioList(scenarios: readonly ListedScenario[], style: Style = plain): string {
	const lines = scenarios.flatMap(({ name, about, variants }) => [
		style('title', `  ${name}`),
		...wrap(about, WIDTH - 6).map((line) => `      ${line}`),
		...(variants.length === 0
			? []
			: wrap(`variants: ${variants.join(', ')}`, WIDTH - 6).map((line) => style('dim', `      ${line}`))),
	]);
	return `${[...lines, '', style('dim', '  run one: retrystorm run NAME')].join('\n')}\n`;
}
