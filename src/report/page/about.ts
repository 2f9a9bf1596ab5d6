/** What opens a page, read from a scenario: whose account it tells, and what it assumes. */
import type { Clock } from '../../metrics/definitions/format.js';
import type { World } from '../../model/world.js';
import type { Scenario } from '../../scenario/load.js';
import { labelOf } from '../../scenario/variants.js';
import { type Json, worldJson } from '../files/json.js';
import type { Assumptions, Leaf, PageHead } from './parts.js';

export function aboutOf(scenario: Scenario, question: string, rerun: string | null): PageHead {
	return {
		label: labelOf(scenario),
		about: scenario.about,
		account: firstParagraph(scenario.head),
		asked: question,
		rerun,
	};
}

/** Lines of either list: manifest.json has the scenario and the world whole. */
const MOST_LINES = 2000;

export function assumptionsOf({ head, parameters, world }: Scenario): Assumptions {
	const switches = leavesOf(worldJson(world));
	return {
		head,
		parameters: parameters.slice(0, MOST_LINES),
		switches: switches.slice(0, MOST_LINES),
		left: Math.max(0, parameters.length - MOST_LINES) + Math.max(0, switches.length - MOST_LINES),
	};
}

/** On which instants of a world are put. */
export const clockOf = ({ date, clockUs, warmUpUs, horizonUs }: World): Clock => ({
	date,
	clockUs,
	fromUs: warmUpUs,
	toUs: horizonUs,
});

const firstParagraph = (head: string): string =>
	head
		.split(/\n\s*\n/)[0]
		.replaceAll(/\s+/g, ' ')
		.trim();

/** Leaves of plain data with their paths. Long lists of numbers (curves) are cut. */
export function leavesOf(value: Json): Leaf[] {
	const leaves: Leaf[] = [];
	const walk = (node: Json, path: string): void => {
		if (node === null || typeof node !== 'object') leaves.push([path, String(node)]);
		else if (Array.isArray(node) && node.every((item) => item === null || typeof item !== 'object')) {
			const shown = node.slice(0, 12).join(', ');
			leaves.push([path, `[${shown}${node.length > 12 ? `, … ${node.length} in all` : ''}]`]);
		} else
			for (const [key, inner] of Object.entries(node))
				walk(inner, Array.isArray(node) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
	};
	walk(value, '');
	return leaves;
}
