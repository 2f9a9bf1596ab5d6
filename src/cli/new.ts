/** `retrystorm new [FILE]`: a working scenario to start from. */
import { template } from '../scenario/template.js';
import { writeText } from './files.js';

export function newCommand(file: string | undefined, options: { force?: true }): void {
	if (file === undefined || file === '-') {
		process.stdout.write(template());
		return;
	}
	writeText(file, template(), options.force ? 'w' : 'wx');
	process.stderr.write(`wrote ${file}; run it with: retrystorm run ${file}\n`);
}
