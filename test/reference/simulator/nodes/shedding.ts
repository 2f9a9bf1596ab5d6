/** Shedding rules of a node: the first one that applies and draws the attempt sheds it (MODEL section 3). */
import type { NodeGroup, ShedRule } from '../../../../src/model/node-group.js';
import type { Attempt } from '../attempt.js';
import { type Chance, happens } from '../chance.js';

export interface Load {
	readonly waiting: number;
	/** busy workers / workers */
	readonly utilisation: number;
}

const applies = (
	rule: ShedRule,
	{ number, request }: Attempt,
	{ waiting, utilisation }: Load,
	nowUs: number,
): boolean =>
	rule.fromUs <= nowUs &&
	nowUs < rule.toUs &&
	(rule.queueAbove === null || waiting > rule.queueAbove) &&
	(rule.utilisationAbove === null || utilisation > rule.utilisationAbove) &&
	(rule.classes === null || rule.classes[request.requestClass]) &&
	(!rule.retriesOnly || number > 1);

export const sheddingRule = (
	group: NodeGroup,
	attempt: Attempt,
	load: Load,
	nowUs: number,
	chance: Chance,
): ShedRule | null =>
	group.shed.find((rule) => applies(rule, attempt, load, nowUs) && happens(rule.share, chance)) ?? null;
