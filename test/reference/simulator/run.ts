/** What the parts of one run share. */
import type { Fault } from '../../../src/model/fault.js';
import type { World } from '../../../src/model/world.js';
import type { Agenda } from './agenda.js';
import type { Chance } from './chance.js';
import type { Ledgers, Waiting } from './ledgers.js';
import type { Network } from './network.js';
import type { Node } from './nodes/node.js';
import type { Rollouts } from './rollouts.js';
import type { Routing } from './routing.js';

export interface Run {
	readonly world: World;
	readonly agenda: Agenda;
	readonly chance: Chance;
	readonly ledgers: Ledgers;
	/** clients between two sends */
	readonly waiting: Waiting;
	readonly network: Network;
	readonly routing: Routing;
	readonly rollouts: Rollouts;
	readonly nodes: Node[];
	/** by node */
	readonly faultsOn: readonly (readonly Fault[])[];
}
