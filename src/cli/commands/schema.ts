/** `retrystorm schema`: the JSON Schema of scenario files. */
import { jsonSchema } from '../../scenario/schema/document.js';

export function schemaCommand(): void {
	process.stdout.write(`${JSON.stringify(jsonSchema(), null, '\t')}\n`);
}
