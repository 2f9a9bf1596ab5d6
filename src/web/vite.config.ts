/** Builds the report's page into one file without any other: dist/report-page.html, which the command line fills with data. */
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const ROOT = resolve(import.meta.dirname, '../..');

export default defineConfig({
	root: resolve(import.meta.dirname, 'report'),
	configFile: false,
	logLevel: 'warn',
	plugins: [viteSingleFile()],
	build: {
		outDir: resolve(ROOT, 'dist'),
		emptyOutDir: false,
		target: 'es2022',
		modulePreload: false,
		rolldownOptions: { input: resolve(import.meta.dirname, 'report/report-page.html') },
	},
});
