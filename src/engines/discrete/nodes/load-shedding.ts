/** Load shedding at admission: which attempts a node turns away before they reach its queue. */
import type { Streams } from '../../../kernel/random.js';
import type { ShedRule } from '../../../model/node-group.js';
import type { Attempts } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';
import type { NodeState } from './node-state.js';
import type { NodeTable } from './node-table.js';

/** No rule sheds it. */
export const ADMITTED = -1;

export class LoadShedding {
	/** one uniform stream per node that has rules */
	private readonly draw: ((() => number) | null)[];
	private readonly replyOf: ReadonlyMap<ShedRule, number>;
	private readonly nodes: NodeTable;

	constructor(
		private readonly state: NodeState,
		private readonly attempts: Attempts,
		streams: Streams,
		replies: Replies,
	) {
		const { nodes } = state;
		this.nodes = nodes;
		this.draw = Array.from({ length: nodes.count }, (_, node) =>
			nodes.groupOf(node).shed.length > 0 ? streams.uniformAtFirstDraw(`shed/${node}`) : null,
		);
		const rules = nodes.world.groups.flatMap(({ shed }) => shed);
		this.replyOf = new Map(rules.map((rule) => [rule, replies.numberOf(rule.reply)]));
	}

	/** The number of what a rule answers that sheds this attempt now; ADMITTED where none does. */
	sheds(attempt: number, node: number, nowUs: number): number {
		const draw = this.draw[node];
		if (draw === null) return ADMITTED;
		const requestClass = this.attempts.class[attempt];
		const isRetry = this.attempts.number[attempt] > 1;
		const waiting = this.state.lines.length[node];
		const busy = this.state.busy[node];
		for (const rule of this.nodes.groupOf(node).shed) {
			if (!matches(rule, requestClass, isRetry, nowUs)) continue;
			if (rule.queueAbove !== null && waiting <= rule.queueAbove) continue;
			if (rule.utilisationAbove !== null && busy <= rule.utilisationAbove * this.nodes.workers[node]) continue;
			if (rule.share >= 1 || draw() < rule.share) return Number(this.replyOf.get(rule));
		}
		return ADMITTED;
	}
}

function matches(rule: ShedRule, requestClass: number, isRetry: boolean, nowUs: number): boolean {
	if (nowUs < rule.fromUs || nowUs >= rule.toUs) return false;
	if (rule.retriesOnly && !isRetry) return false;
	return rule.classes === null || rule.classes[requestClass];
}
