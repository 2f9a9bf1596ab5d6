/** The kinds of events of the discrete engine, as small integers. */
export const EVENT = {
	/** an attempt reaches its node */
	arrive: 0,
	/** a service ends (stamp: the attempt's run) */
	finish: 1,
	/** an answer reaches the client */
	answer: 2,
	/** a back-off ends (row: request, stamp: its sendStamp) */
	retry: 3,
	/** a send that a limiter has held back is asked again (row: request, stamp: its sendStamp) */
	send: 12,
	/** the next copy of a hedged call goes (row: request, stamp: its turn) */
	copy: 13,
	/** requests that a change makes a client send beside another one are born (row, stamp: unread, the oldest ones) */
	multiply: 14,
	/** an attempt's timeout, where timeouts are drawn */
	timeout: 4,
	/** a request's patience or whole-request timeout ends */
	giveUp: 5,
	/** the timeout of a layer's try (row: request x layers + layer, stamp: the try) */
	layerTimeout: 6,
	/** a client's cancel reaches the node */
	cancel: 7,
	/** a worker has answered a rejection (row: node) */
	rejectionDone: 8,
	/** a request crashes its node (row: node) */
	crash: 10,
	/** a node that a request crashed comes back (row: node, stamp: the crash) */
	restart: 9,
	/** an attempt may be done at a node that shares its workers (row: node, stamp: the check) */
	share: 11,
} as const;
