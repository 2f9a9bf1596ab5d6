/** The time axis of the page in seconds, and how its instants are written: the scenario's clock, or from the window's start. */
import { type Clock, formatInstant } from '../../../metrics/definitions/format.js';

/** Seconds on the axis of an instant in us from t = 0: of the day where the scenario has a clock. */
export const secondsOf = (us: number, { clockUs }: Pick<Clock, 'clockUs'>): number => (clockUs + us) / 1e6;

export const timeText = (x: number, clock: Clock): string => formatInstant(Math.round(x * 1e6) - clock.clockUs, clock);
