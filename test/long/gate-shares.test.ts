/** Shares that gates read in ten thousand random worlds. Run by `npm run test:long`. */
process.env.RANDOM_WORLDS = '10000';
process.env.RANDOM_SEED = '20251213';

await import('../laws/engines/gate-shares.test.js');
