/** How the command line may colour pieces of text. */

export type StyleKind = 'title' | 'good' | 'bad' | 'open' | 'dim';

/** Colours a piece of text that is laid out already. */
export type Style = (kind: StyleKind, text: string) => string;

export const plain: Style = (_, text) => text;
