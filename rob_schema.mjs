import { readdirSync, readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';

const schema = JSON.parse(readFileSync('dist/schema.json', 'utf8'));
const ajv = new Ajv.default({ allErrors: true, strict: false });

import formats from 'ajv-formats';

formats.default(ajv);
const v = ajv.compile(schema);
const files = readdirSync('scenarios', { recursive: true })
	.filter((f) => f.endsWith('.yaml'))
	.map((f) => 'scenarios/' + f)
	.concat(
		readdirSync('test', { recursive: true })
			.filter((f) => f.endsWith('.yaml'))
			.map((f) => 'test/' + f),
	);
for (const f of files) {
	let d;
	try {
		d = parse(readFileSync(f, 'utf8'));
	} catch {
		continue;
	}
	if (!d || !d.name || !d.traffic) continue;
	if (!v(d)) {
		console.log(f);
		for (const e of v.errors.slice(0, 6))
			console.log('   ', e.instancePath, e.message, JSON.stringify(e.params).slice(0, 100));
	}
}
