/** jstat ships no types; this is the part that `critical-values.ts` and `binomial.ts` use. */
declare module 'jstat' {
	const jStat: {
		readonly studentt: {
			/** t with P(T <= t) = p under `degrees` degrees of freedom */
			inv(p: number, degrees: number): number;
		};
		/** the regularised incomplete beta function I_x(a, b); relative error near 1e-7 */
		ibeta(x: number, a: number, b: number): number;
	};
	export default jStat;
}
