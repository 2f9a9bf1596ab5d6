/** More rows of the records, measured again byte for byte than CI has time for. Run by `npm run test:long`. */
process.env.RECORDS = 'all';

for (const record of ['december-5', 'policies', 'studies', 'testbed'])
	await import(`../claims/records/${record}.test.ts`);
