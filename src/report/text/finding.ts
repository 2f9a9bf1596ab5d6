/** A line of a report: what it is about, and what it says. */

export interface Finding {
	readonly label: string;
	readonly text: string;
}
