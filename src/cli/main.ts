#!/usr/bin/env node
/** Starts the command line, which `program.ts` lists. */
import { loadBundle } from './bundle.js';

await loadBundle().commandLine(process.argv);
