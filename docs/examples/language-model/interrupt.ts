/**
 * Ctrl-C, as a signal that work looks at. A second one ends the process at once.
 *
 * What runs us (npm, tsx) may pass on what the terminal has sent us already: what comes within half a second is one key.
 */
export const interrupt = (): AbortSignal => {
  const controller = new AbortController()
  let first = 0
  process.on('SIGINT', () => {
    if (!controller.signal.aborted) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > 500) process.exit(INTERRUPTED)
  })
  return controller.signal
}

/** 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130
