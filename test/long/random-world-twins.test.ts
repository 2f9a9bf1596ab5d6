/** A thousand random worlds, each run in one go, in slices, and with its timeouts in the event queue; and beside its twins. Run by `npm run test:long`. */
process.env.RANDOM_WORLDS = '1000';

await import('../laws/engines/random-worlds.test.js');
await import('../laws/engines/random-twins.test.js');
