#!/usr/bin/env node
/** The command line. What each command does stands in its own file; this page is the table of contents. */

import { finish } from './output/exit.js';
import { program } from './program.js';

await finish(() => program().parseAsync(process.argv));
