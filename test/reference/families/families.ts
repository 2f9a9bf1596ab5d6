/** The families of random worlds, from the plain ones to those with everything in them. */
import { CLIENTS } from './clients.js';
import { DISTURBANCES } from './disturbances.js';
import { GUARDS } from './guards.js';
import { NODES } from './nodes.js';
import type { Family } from './picker.js';
import { TRAFFIC } from './traffic.js';

export const FAMILIES: readonly Family[] = [...TRAFFIC, ...NODES, ...CLIENTS, ...GUARDS, ...DISTURBANCES];
