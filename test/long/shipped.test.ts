/** All variants of all shipped scenarios, with as many runs as each file says. Run by `npm run test:long`. */
process.env.SHIPPED_RUNS = 'all';

await import('../cli/shipped.test.js');
