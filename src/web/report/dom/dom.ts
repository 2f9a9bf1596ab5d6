/** Builds elements. Text is only ever set as text, never as markup: names and free text are an author's data. */

export type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element; an attribute that is null or false is left out, and one that is true is empty. */
export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : String(value));
	}
	element.append(...children.filter((child) => child !== null));
	return element;
}

export function button(text: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
	const made = h('button', { type: 'button', ...attributes }, text);
	made.addEventListener('click', press);
	return made;
}

/** A table with a caption for those who do not see where it stands. The first cell of a row heads it. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
	const cells = (row: readonly Child[]): HTMLElement[] =>
		row.map((cell, i) => (i === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)));
	return h(
		'div',
		{ class: 'scroll', role: 'group', 'aria-label': caption, tabindex: 0 },
		h(
			'table',
			{},
			h('caption', { class: 'hidden' }, caption),
			h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
			h('tbody', {}, ...rows.map((row) => h('tr', {}, ...cells(row)))),
		),
	);
}

/** What opens on demand; its content is made when first opened. */
export function details(title: string, content: () => Child[], open = false): HTMLDetailsElement {
	const made = h('details', {}, h('summary', {}, title));
	made.addEventListener('toggle', () => {
		if (made.open && made.childElementCount === 1) made.append(...content().filter((child) => child !== null));
	});
	if (open) made.open = true;
	return made;
}

export const section = (id: string, title: string, ...children: readonly Child[]): HTMLElement =>
	h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...children);
