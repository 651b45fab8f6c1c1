/** How numbers are written. */

/** 1,315,394 */
export const grouped = (n: number): string => n.toLocaleString('en-US')

/** A loss, in nats. */
export const nats = (loss: number): string => loss.toFixed(4)

/** 75 seconds: 1 min 15 s */
export const duration = (seconds: number): string => {
  const s = Math.round(seconds)
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${s % 60} s` : `${s} s`
}

/** 75 seconds: 1:15 */
export const clock = (seconds: number): string => {
  const s = Math.round(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.floor(s / 60)
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`
}
