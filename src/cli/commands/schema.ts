/** `retrystorm schema`: the JSON Schema of scenario files. */
import type { Command } from 'commander';
import { jsonSchema } from '../../scenario/schema/json-schema.js';

export function schemaCommand(root: Command): void {
	root
		.command('schema')
		.description('print the JSON Schema (draft-7) of scenario files')
		.exitOverride()
		.action(schemaAction);
}

function schemaAction(): void {
	process.stdout.write(`${JSON.stringify(jsonSchema(), null, '\t')}\n`);
}
