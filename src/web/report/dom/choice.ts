/** Buttons of which one is pressed; whoever presses another sees another part of the page. */
import { button, h } from './dom.js';

/** Shows the first at once. @returns null where there is nothing to choose */
export function choice(
	of: string,
	labels: readonly string[],
	show: (i: number) => void,
	signs: readonly string[] = [],
): HTMLElement | null {
	const press = (i: number): void => {
		buttons.forEach((one, k) => {
			one.setAttribute('aria-pressed', String(k === i));
		});
		show(i);
	};
	const buttons = labels.map((label, i) => button(label, () => press(i), { class: 'choice' }));
	for (const [i, sign] of signs.entries()) buttons[i].prepend(h('span', { 'aria-hidden': 'true' }, sign));
	press(0);
	return labels.length > 1 ? h('nav', { class: 'choices', 'aria-label': of }, h('span', {}, of), ...buttons) : null;
}
