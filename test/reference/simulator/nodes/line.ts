/** The waiting line of a node, and who of it is next (MODEL sections 1 and 3). The oldest stands first. */
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { RequestClass } from '../../../../src/model/world.js';
import type { Attempt } from '../attempt.js';

export interface Waiting {
	readonly attempt: Attempt;
	readonly sinceUs: number;
}

/** Takes the next one out of a line that holds somebody. */
export function takeNext(
	line: Waiting[],
	{ discipline, lifoAbove }: NodeGroup,
	overloaded: boolean,
	classes: readonly RequestClass[],
): Waiting {
	const last = line.length - 1;
	switch (discipline) {
		case 'lifo':
			return remove(line, last);
		case 'adaptive-lifo':
			return remove(line, overloaded || line.length > lifoAbove ? last : 0);
		case 'priority': {
			const priorities = line.map(({ attempt }) => classes[attempt.request.requestClass].priority);
			return remove(line, priorities.indexOf(Math.min(...priorities)));
		}
		default:
			return remove(line, 0);
	}
}

const remove = (line: Waiting[], index: number): Waiting => line.splice(index, 1)[0];
