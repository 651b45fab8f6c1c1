/** What is made once for each key, and kept as long as the key is. */
export const madeOnce = <K extends object, A>(make: (key: K) => A): ((key: K) => A) => {
  const all = new WeakMap<K, A>()
  return (key) => {
    const known = all.get(key)
    if (known !== undefined) return known
    const made = make(key)
    all.set(key, made)
    return made
  }
}
