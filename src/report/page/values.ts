/** A column of numbers on a page. */

export type Values = readonly (number | null)[];
