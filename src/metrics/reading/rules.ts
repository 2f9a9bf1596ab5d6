/** What the world says that an outcome does not: what the verdict words mean, and names in the order of their indices. */
import type { World } from '../../model/world.js';

export type Rules = Pick<World, 'verdicts' | 'platforms' | 'populations'> & Partial<Pick<World, 'regions'>>;
