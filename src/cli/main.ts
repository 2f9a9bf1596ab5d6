#!/usr/bin/env node
import { finish } from './finish.js';
/** The command line. What each command does stands in its own file; this page is the table of contents. */
import { program } from './program.js';

await finish(() => program().parseAsync(process.argv));
