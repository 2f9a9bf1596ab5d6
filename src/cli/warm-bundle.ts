/** A step of the build: runs one command by the bundle, and keeps the code that V8 compiled for it. */
import { loadBundle } from './bundle.js';

const { commandLine, keepCode } = loadBundle();
await commandLine(process.argv);
keepCode();
