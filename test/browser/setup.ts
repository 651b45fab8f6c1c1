import { useBackend } from '../backends.ts'

/** One page runs many files: each begins on the project's own back end, whatever the one before it left. */
await useBackend()
