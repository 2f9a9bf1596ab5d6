/**
 * The seed of the random worlds: a new one every day, so that each run of the tests looks at worlds that none has seen. It is
 * printed; `RANDOM_SEED=20261130 npx vitest run test/laws/engines` looks at the worlds of that day again.
 */
const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));

export const RANDOM_SEED = Number(process.env.RANDOM_SEED ?? today);

console.log(`random worlds of seed ${RANDOM_SEED}: RANDOM_SEED=${RANDOM_SEED} makes the same ones`);
