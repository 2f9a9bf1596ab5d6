/** What all panels of a page share: one time axis, one crosshair, one zoom, and the marks of what happened. */

export interface Mark {
	/** seconds on the axis */
	readonly x: number;
	readonly number: number;
	readonly kind: 'bad' | 'good' | 'done' | 'note';
	/** when, and what happened */
	readonly text: string;
}

export interface AxisFollower {
	/** the crosshair, in seconds; null: nowhere */
	point(x: number | null): void;
	/** what is to be seen of the axis */
	show(from: number, to: number): void;
}

export class SharedAxis {
	private players: AxisFollower[] = [];
	from: number;
	to: number;
	x: number | null = null;
	/** letters of the longest name on a side axis: the same instant stands at the same place in all panels */
	longestName = 0;

	/** Seconds on the axis; `step` is how far an arrow key goes. */
	constructor(
		readonly start: number,
		readonly end: number,
		readonly step: number,
		readonly marks: readonly Mark[],
		private readonly onZoom: (zoomed: boolean) => void,
	) {
		this.from = start;
		this.to = end;
	}

	join(player: AxisFollower): void {
		this.players.push(player);
	}

	point(x: number | null): void {
		this.x = x;
		for (const player of this.players) player.point(x);
	}

	zoom(from: number, to: number): void {
		const least = Math.min(this.end - this.start, 4 * this.step);
		this.from = Math.max(this.start, Math.min(from, this.end - least));
		this.to = Math.min(this.end, Math.max(to, this.from + least));
		for (const player of this.players) player.show(this.from, this.to);
		this.onZoom(this.from > this.start || this.to < this.end);
	}

	reset(): void {
		this.zoom(this.start, this.end);
	}

	/** @returns whether the key means something here */
	key(name: string, far: boolean): boolean {
		const span = this.to - this.from;
		const move = (by: number): void => {
			const at = this.x === null ? this.from : this.x + by;
			const x = Math.min(this.end, Math.max(this.start, at));
			if (x < this.from || x > this.to) this.zoom(x - span / 2, x + span / 2);
			this.point(x);
		};
		const jump = far ? Math.max(this.step, span / 20) : this.step;
		const middle = this.x === null ? this.from + span / 2 : this.x;
		switch (name) {
			case 'ArrowLeft':
			case 'ArrowDown':
				move(-jump);
				return true;
			case 'ArrowRight':
			case 'ArrowUp':
				move(jump);
				return true;
			case 'PageUp':
				move(span / 10);
				return true;
			case 'PageDown':
				move(-span / 10);
				return true;
			case 'Home':
				this.point(this.from);
				return true;
			case 'End':
				this.point(this.to);
				return true;
			case '+':
			case '=':
				this.zoom(middle - span / 4, middle + span / 4);
				return true;
			case '-':
				this.zoom(middle - span, middle + span);
				return true;
			case 'Escape':
				this.reset();
				return true;
		}
		return false;
	}
}
