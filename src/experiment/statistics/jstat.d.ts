/** jstat ships no types; this is the part that `quantiles.ts` uses. */
declare module 'jstat' {
	const jStat: {
		readonly studentt: {
			/** t with P(T <= t) = p under `degrees` degrees of freedom */
			inv(p: number, degrees: number): number;
		};
	};
	export default jStat;
}
