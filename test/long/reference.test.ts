/** The engine against the reference simulator over ten thousand random worlds. Run by `npm run test:long`. */
process.env.REFERENCE_WORLDS ??= '125';

await import('../reference/reference.test.js');
