/** What the clients of a run share with the rest of it: one object, from which each part takes what it needs. */
import type { EventQueue } from '../../../kernel/event-queue.js';
import type { Streams } from '../../../kernel/random.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { World } from '../../../model/world.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import type { Network } from '../network.js';
import type { Edge } from '../nodes/edge.js';
import type { FifoLookahead } from '../nodes/lookahead/fifo-lookahead.js';
import type { Routing } from '../routing.js';
import type { Attempts } from '../tables/attempts.js';
import type { Requests } from '../tables/requests.js';
import type { TimeoutRings } from '../time/timeout-rings.js';

export interface ClientDeps {
	readonly world: World;
	readonly streams: Streams;
	readonly requests: Requests;
	readonly attempts: Attempts;
	readonly queue: EventQueue;
	/** null where timeouts are events of the queue */
	readonly rings: TimeoutRings | null;
	readonly network: Network;
	readonly routing: Routing;
	readonly edges: Edge;
	readonly recorder: Recorder;
	/** null where no rollout reads them */
	readonly monitors: MonitorCounters | null;
	/** null where the stay of an attempt cannot be known at its admission */
	readonly lookahead: FifoLookahead | null;
}
