/** What went wrong that the reader can mend, in one line: what came, what was expected, where. No stack is shown for it. */
export class Complaint extends Error {}

/** A number as a reader writes it: 1,315,394. */
export const grouped = (n: number): string => n.toLocaleString('en-US')
