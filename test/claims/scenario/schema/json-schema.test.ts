/**
 * The published schema says what `check` says. Accepted by `check` implies valid: editors never mark a good file. The other way is
 * shown by the same documents: whatever the schema refuses is refused by `check`. (What the schema cannot say, such as sums of
 * shares and names that exist, `check` alone refuses.)
 */
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkScenario } from '../../../../src/scenario/load.js';
import { jsonSchema } from '../../../../src/scenario/schema/json-schema.js';
import { ROOT } from '../../../cli/cli.js';
import { documentsOf, mutated, shippedTexts } from '../../../fuzz/documents.js';
import { newPicker } from '../../../reference/families/picker.js';

const ajv = new Ajv({ strict: false, allErrors: false });
const isValid = ajv.compile(jsonSchema());
const shipped = shippedTexts(join(ROOT, 'scenarios'));

/** What the schema refuses; null where it refuses nothing. */
const refusal = (document: unknown): string | null =>
	isValid(document) ? null : JSON.stringify(isValid.errors?.slice(0, 4).map((e) => [e.instancePath, e.message]));
const isAccepted = (document: unknown): boolean =>
	checkScenario(JSON.stringify(document), { file: 'a.yaml' }).errors.length === 0;

describe('the published schema', () => {
	it.each([...shipped.keys()])('takes the shipped %s', (name) => {
		expect(refusal(parse(String(shipped.get(name))))).toBeNull();
	});

	it('accepts all that check accepts, and check refuses all that it refuses', () => {
		const make = documentsOf(shipped);
		const counts = { accepted: 0, refusedBySchema: 0 };
		const apart: string[] = [];
		for (let seed = 0; seed < 2600; seed++) {
			const pick = newPicker(seed);
			const document = seed % 4 === 0 ? make(pick) : mutated(make(pick), pick);
			const refused = refusal(document);
			if (refused !== null) counts.refusedBySchema++;
			if (!isAccepted(document)) continue;
			counts.accepted++;
			if (refused !== null) apart.push(`seed ${seed}: ${refused}`);
		}
		expect(apart).toEqual([]);
		expect(counts.accepted).toBeGreaterThan(1000);
		expect(counts.refusedBySchema).toBeGreaterThan(1000);
	}, 120_000);
});
