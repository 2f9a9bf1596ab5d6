/** Builds the report's page into one file without any other: dist/report-page.html, which the command line fills with data. */
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const PAGE = resolve(import.meta.dirname, 'src/web/report');

export default defineConfig({
	root: PAGE,
	logLevel: 'warn',
	plugins: [viteSingleFile()],
	build: {
		outDir: resolve(import.meta.dirname, 'dist'),
		emptyOutDir: false,
		target: 'es2022',
		modulePreload: false,
		rolldownOptions: { input: resolve(PAGE, 'report-page.html') },
	},
});
