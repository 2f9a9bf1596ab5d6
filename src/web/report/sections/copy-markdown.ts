/** A button that copies the report as Markdown, for a ticket or a postmortem; where nothing can be copied, the text to select. */
import { markdownOf } from '../../../report/markdown.js';
import type { PageData } from '../../../report/page-data.js';
import { button, h } from '../dom/dom.js';

/** Nothing where the page has no report in words. */
export function copyMarkdown(data: PageData): HTMLElement[] {
	const text = markdownOf(data);
	if (text === null) return [];
	const said = h('span', { role: 'status' });
	const place = h('p', { class: 'copy-markdown' });
	const show = (): void => {
		const area = h('textarea', {
			rows: 12,
			readonly: '',
			'aria-label': 'the report as Markdown',
		}) as HTMLTextAreaElement;
		area.value = text;
		place.append(area);
		area.select();
		said.textContent = 'select it to copy';
	};
	const copy = button('Copy as Markdown', () => {
		const { clipboard } = navigator;
		if (clipboard === undefined) show();
		else
			clipboard.writeText(text).then(() => {
				said.textContent = 'copied';
			}, show);
	});
	place.append(copy, ' ', said);
	return [place];
}
