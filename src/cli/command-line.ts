/** The whole command line behind one function: what the build bundles into one file. */
import { finish } from './output/exit.js';
import { program } from './program.js';

/** Runs the command that stands in `argv`, as `process.argv` has it, and sets the exit code. */
export const commandLine = (argv: readonly string[]): Promise<void> => finish(() => program().parseAsync([...argv]));
