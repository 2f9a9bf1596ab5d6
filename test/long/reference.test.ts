/** The engine against the reference simulator over ten thousand random worlds. Run by `npm run test:long`. */
process.env.REFERENCE_WORLDS ??= '125';
process.env.REFERENCE_SEED ??= 'today';

await import('../reference/reference.test.js');
