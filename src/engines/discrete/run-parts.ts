/**
 * What a run is made of, put together once: the tables, the edge, the clients, the control room, and what counts. The order
 * matters in two places: clients need an edge to send to and the edge needs them to answer, and what a run begins with is
 * there before anything acts on it.
 */
import { EventQueue } from '../../kernel/event-queue.js';
import { Streams } from '../../kernel/random.js';
import { placesOf } from '../../metrics/recording/dimensions.js';
import { Recorder } from '../../metrics/recording/recorder.js';
import { counterLayout } from '../../model/rollout/counter-layout.js';
import type { World } from '../../model/world.js';
import { ControlRoom } from '../control/control-room.js';
import { Arrivals } from './arrivals/arrivals.js';
import { Clients } from './clients/clients.js';
import { ConservationAudit } from './conservation-audit.js';
import { Adoption } from './control/adoption.js';
import { MonitorCounters } from './control/monitor-counters.js';
import { NodeControl } from './control/node-control.js';
import { InitialState } from './initial-state.js';
import { Network } from './network.js';
import { Edge } from './nodes/edge.js';
import { FifoLookahead } from './nodes/lookahead/fifo-lookahead.js';
import { canLookAhead } from './nodes/lookahead/lookahead-conditions.js';
import { Routing } from './routing.js';
import { Attempts } from './tables/attempts.js';
import { Requests } from './tables/requests.js';
import { ringLengthsUs, TimeoutRings } from './time/timeout-rings.js';

export interface DiscreteOptions {
	/** is told every draw with the name of its stream */
	readonly observe?: (stream: string, value: number) => void;
	/** makes another recorder than the usual one (the benchmark measures what recording costs) */
	readonly recorder?: (places: number, bucketUs: number, horizonUs: number) => Recorder;
	/** false: goes from event to event also where stays can be looked ahead (the tests compare both ways) */
	readonly lookahead?: boolean;
}

export interface RunParts {
	readonly world: World;
	/** [0]: the present instant */
	readonly clock: Float64Array;
	readonly queue: EventQueue;
	readonly attempts: Attempts;
	readonly requests: Requests;
	readonly arrivals: Arrivals;
	/** null where timeouts are events */
	readonly rings: TimeoutRings | null;
	readonly recorder: Recorder;
	readonly edges: Edge;
	/** null where attempts go from event to event */
	readonly lookahead: FifoLookahead | null;
	readonly clients: Clients;
	readonly nodeControl: NodeControl;
	readonly room: ControlRoom;
	readonly audit: ConservationAudit;
	readonly adoption: Adoption;
}

export function runParts(world: World, seed: number, options: DiscreteOptions): RunParts {
	const streams = new Streams(seed, options.observe);
	const clock = new Float64Array(1);
	const now = () => clock[0];
	const queue = new EventQueue();
	const attempts = new Attempts();
	const recorder = recorderOf(world, options);
	const requests = new Requests(Math.max(...world.populations.map((p) => p.layers.length)));
	const arrivals = new Arrivals(world, streams);
	const lengthsUs = ringLengthsUs(world);
	const looksAhead = options.lookahead !== false && world.coolDownUs === 0 && lengthsUs !== null && canLookAhead(world);
	const rings = lengthsUs === null ? null : new TimeoutRings(looksAhead ? null : attempts, lengthsUs);
	const network = new Network(world, streams);
	const edges = new Edge({ world, streams, attempts, queue, network, recorder });
	const lookahead =
		looksAhead && rings !== null ? new FifoLookahead(edges.nodes, recorder, rings, edges.state.passages) : null;
	const routing = new Routing(world, edges, streams);
	const isWatched = world.rollouts.length > 0;
	const layout = counterLayout(world.rollouts, world.classes.length);
	const monitors = new MonitorCounters(isWatched ? world.nodeCount : 0, layout, now);
	const shared = { world, requests, attempts, queue, rings, network, edges, recorder };
	const clientsWith = (own: OwnOfClients): Clients => new Clients({ ...shared, ...own });
	const clients = clientsWith({ streams, routing, monitors: isWatched ? monitors : null, lookahead });
	edges.connect(clients.waits);
	if (world.start !== null) {
		// Put there by clients with streams of their own, so that whatever comes later draws what it would have drawn.
		const under = streams.under('start');
		const before = clientsWith({
			streams: under,
			routing: new Routing(world, edges, under),
			monitors: null,
			lookahead: null,
		});
		new InitialState(world, under, before, requests, attempts, edges).begin(world.start);
		clients.lifecycle.adopt();
	}
	const nodeControl = new NodeControl({ now, attempts, edges, network, routing, queue, monitors });
	const room = new ControlRoom(world, nodeControl, streams);
	return {
		world,
		clock,
		queue,
		attempts,
		requests,
		arrivals,
		rings,
		recorder,
		edges,
		lookahead,
		clients,
		nodeControl,
		room,
		audit: new ConservationAudit({ requests, attempts, edges, nodeControl, recorder, lookahead }),
		adoption: new Adoption(world, recorder.buckets, room),
	};
}

/** What two groups of clients of one run do not share. */
interface OwnOfClients {
	readonly streams: Streams;
	readonly routing: Routing;
	readonly monitors: MonitorCounters | null;
	readonly lookahead: FifoLookahead | null;
}

function recorderOf(world: World, { recorder }: DiscreteOptions): Recorder {
	const make = recorder ?? ((places, bucketUs, horizonUs) => new Recorder(places, bucketUs, horizonUs));
	return make(placesOf(world).list.length, world.bucketUs, world.horizonUs + world.coolDownUs);
}
