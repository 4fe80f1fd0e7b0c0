/** How long a client may take to send a whole request, in milliseconds: 2 GB at 5 Mbit/s. What is not streamed has its own, shorter time to be answered. */
export const requestTimeout = 3_600_000
