import { follow } from './following.ts'

/** In Node; `test/browser` has the same in a page. */
follow()
