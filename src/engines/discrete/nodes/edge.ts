/**
 * The server side of a run, put together once: what its nodes are (`nodes`), what they hold now (`state`), and what they do:
 * admit (`admission`), serve (`service`) and answer (`answers`). Each part holds the parts it needs, and none holds the edge.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import type { Streams } from '../../../kernel/random.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { World } from '../../../model/world.js';
import type { Network } from '../network.js';
import type { Attempts } from '../tables/attempts.js';
import { Replies } from '../tables/replies.js';
import { Admission } from './admission.js';
import { Answers, type Callers } from './answers.js';
import { CodelStates } from './codel.js';
import { LoadShedding } from './load-shedding.js';
import { NodeState } from './node-state.js';
import { NodeTable } from './node-table.js';
import { NodeVersions } from './node-versions.js';
import { ProcessorSharing } from './processor-sharing.js';
import { NodeService } from './service.js';
import { ServiceLaws } from './service-time.js';

/** What a run shares with its nodes. */
export interface EdgeParts {
	readonly world: World;
	readonly streams: Streams;
	readonly attempts: Attempts;
	readonly queue: EventQueue;
	readonly network: Network;
	readonly recorder: Recorder;
}

export class Edge {
	readonly nodes: NodeTable;
	readonly state: NodeState;
	readonly versions: NodeVersions;
	readonly replies = new Replies();
	/** the number of what whoever finds no place is answered, by node */
	readonly fullReply: Uint8Array;
	readonly laws: ServiceLaws;
	/** nodes that share their workers; null where none does */
	readonly sharing: ProcessorSharing | null;
	readonly answers: Answers;
	readonly service: NodeService;
	readonly admission: Admission;

	constructor({ world, streams, attempts, queue, network, recorder }: EdgeParts) {
		const { replies } = this;
		this.nodes = new NodeTable(world, streams);
		this.state = new NodeState(world, this.nodes, attempts, recorder);
		this.versions = new NodeVersions(world, attempts, streams, replies);
		const shedding = new LoadShedding(this.state, attempts, streams, replies);
		this.fullReply = Uint8Array.from(this.nodes.group, (g) => replies.numberOf(world.groups[g].fullReply));
		const { nodes, state, versions, fullReply } = this;
		const codel = new CodelStates(nodes.count);
		this.laws = new ServiceLaws({ world, streams, attempts, state, versions, queue, replies });
		this.sharing = nodes.shares.includes(1) ? new ProcessorSharing(nodes, attempts, queue, recorder) : null;
		this.answers = new Answers(state, attempts, queue, network, recorder);
		const { laws, sharing, answers } = this;
		this.service = new NodeService({
			world,
			state,
			attempts,
			queue,
			recorder,
			answers,
			laws,
			sharing,
			codel,
			fullReply,
		});
		const { service } = this;
		this.admission = new Admission({
			state,
			attempts,
			queue,
			network,
			recorder,
			answers,
			service,
			laws,
			sharing,
			codel,
			shedding,
			fullReply,
		});
	}

	/** The one place where the circle is closed: clients send attempts to the edge, and it answers them. */
	connect(callers: Callers): void {
		this.answers.callers = callers;
	}
}
