/** What waits at a gate goes on when it is open. */
export interface Gate {
  shut(): void
  open(): void
  /** Is settled, or will be when the gate is opened. */
  through(): Promise<void>
}

export const gate = (): Gate => {
  let passage = Promise.resolve()
  let open = () => {}
  return {
    shut: () => {
      open()
      passage = new Promise((resolve) => {
        open = resolve
      })
    },
    open: () => open(),
    through: () => passage,
  }
}
