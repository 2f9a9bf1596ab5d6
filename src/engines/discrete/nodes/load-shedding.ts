/** Load shedding at admission: which attempts a node turns away before they reach its queue. */
import type { Streams } from '../../../kernel/random.js';
import type { ShedRule } from '../../../model/node-group.js';
import type { Replies } from '../tables/replies.js';
import type { NodeTable } from './node-table.js';

/** No rule sheds it. */
export const ADMITTED = -1;

export class Shedding {
	/** one uniform stream per node that has rules */
	private readonly draw: ((() => number) | null)[];
	private readonly replyOf: ReadonlyMap<ShedRule, number>;

	constructor(
		private readonly nodes: NodeTable,
		streams: Streams,
		replies: Replies,
	) {
		this.draw = Array.from({ length: nodes.count }, (_, node) =>
			nodes.groupOf(node).shed.length > 0 ? streams.uniform(`shed/${node}`) : null,
		);
		const rules = nodes.world.groups.flatMap(({ shed }) => shed);
		this.replyOf = new Map(rules.map((rule) => [rule, replies.numberOf(rule.reply)]));
	}

	hasRules(node: number): boolean {
		return this.draw[node] !== null;
	}

	/** The number of what a rule answers that sheds an attempt of this class and number, with so many waiting and so many workers busy; or ADMITTED. */
	sheds(node: number, requestClass: number, number: number, waiting: number, busy: number, nowUs: number): number {
		const draw = this.draw[node];
		if (draw === null) return ADMITTED;
		for (const rule of this.nodes.groupOf(node).shed) {
			if (!matches(rule, requestClass, number, nowUs)) continue;
			if (rule.queueAbove !== null && waiting <= rule.queueAbove) continue;
			if (rule.utilisationAbove !== null && busy <= rule.utilisationAbove * this.nodes.workers[node]) continue;
			if (rule.share >= 1 || draw() < rule.share) return Number(this.replyOf.get(rule));
		}
		return ADMITTED;
	}
}

function matches(rule: ShedRule, requestClass: number, number: number, nowUs: number): boolean {
	if (nowUs < rule.fromUs || nowUs >= rule.toUs) return false;
	if (rule.retriesOnly && number === 1) return false;
	return rule.classes === null || rule.classes[requestClass];
}
