/** What went wrong that the reader can mend, in one line: what came, what was expected, where. No stack is shown for it. */
export class Complaint extends Error {}
