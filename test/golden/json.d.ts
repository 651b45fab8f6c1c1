/** A file as text, in Node and in a page. */
declare module '*.json?raw' {
  const text: string
  export default text
}
