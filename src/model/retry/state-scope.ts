/** Where state of a client is kept: per instance, per (region, platform) pool, or one for the whole population. */
export type Scope = 'instance' | 'destination' | 'population';
