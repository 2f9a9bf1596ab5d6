/** Random worlds by the thousand. Run by `npm run test:long`. */
process.env.RANDOM_WORLDS = '5000';
process.env.RANDOM_SEED = '20251212';

await import('../laws/engines/random-worlds.test.js');
