/** Printing: what is drawn on a canvas is drawn anew for the width of the paper, in light colours, and what matters is unfolded. */

/** A4 less its margins and the frame of a figure, in pixels of CSS: the narrower of A4 and Letter. */
const PAPER_WIDTH = 660;

const followers = new Set<(width: number | null) => void>();

/** Calls with the width of a plot on paper, and with null when the screen is back. */
export function onPaper(follower: (width: number | null) => void): void {
	followers.add(follower);
}

const unfolded: HTMLDetailsElement[] = [];

addEventListener('beforeprint', () => {
	document.documentElement.classList.add('paper');
	for (const one of document.querySelectorAll<HTMLDetailsElement>('details.paper-open')) {
		if (one.open) continue;
		one.open = true;
		unfolded.push(one);
	}
	for (const follower of followers) follower(PAPER_WIDTH);
});

addEventListener('afterprint', () => {
	document.documentElement.classList.remove('paper');
	for (const one of unfolded.splice(0)) one.open = false;
	for (const follower of followers) follower(null);
});
