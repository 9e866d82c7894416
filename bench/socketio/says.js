// What the tokens of an answer say.

/** Five bytes each, the same bytes for everybody. */
const fixed = () => 'tok~ ';
/** Its number in the answer, so that a reader sees which are missing. */
const number = said => `${said}~ `;
/** The monotonic clock in nanoseconds, which all processes of a machine share, so that a reader sees how old it is. */
const time = () => `${process.hrtime.bigint()}~ `;

export const says = { fixed, number, time };
