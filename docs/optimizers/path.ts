import { type Optimizer, simulate } from 'gradus'

/**
 * The path of an optimizer down a long valley, f(x, y) = (x² + 20·y²) / 2 from (−8, 1.5), as an SVG: 60 updates, a dot each. Of the
 * rates 10, 3, 1, …, 0.0001 it has the one along which f is least, in the mean.
 */
const [STEEP, UPDATES, START] = [20, 60, [-8, 1.5]] as const
const RATES = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001]

type Point = readonly [x: number, y: number]
const f = ([x, y]: Point): number => (x * x + STEEP * y * y) / 2

const run = (optimizer: Optimizer): readonly Point[] => {
  const path: Point[] = [START]
  const source = ({ xy }: { xy: Float64Array }) => {
    const [x = 0, y = 0] = xy
    return { grad: { xy: Float64Array.of(x, STEEP * y) }, hessian: { xy: Float64Array.of(1, STEEP) }, loss: f([x, y]) }
  }
  for (const { t, params } of simulate(optimizer, { xy: Float64Array.from(START) }, source)) {
    path.push([params.xy[0] as number, params.xy[1] as number])
    if (t === UPDATES) break
  }
  return path
}

export const drawn = (name: string, make: (lr: number) => Optimizer): string => {
  const runs = RATES.map((lr) => ({ lr, path: run(make(lr)) }))
  const height = ({ path }: { path: readonly Point[] }): number => {
    const sum = path.reduce((total, point) => total + f(point), 0)
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY
  }
  const best = runs.reduce((least, one) => (height(one) < height(least) ? one : least))
  return svg(name, best.lr, best.path)
}

const [SCALE, WIDTH, HEIGHT] = [32, 640, 200] as const
const px = ([x, y]: Point): string => `${(WIDTH / 2 + SCALE * x).toFixed(1)},${(HEIGHT / 2 - SCALE * y).toFixed(1)}`
const LEVELS = [0.5, 2, 8, 18, 32, 50]

const svg = (name: string, lr: number, path: readonly Point[]): string => {
  const near = path.map(([x, y]): Point => [Math.max(-99, Math.min(99, x)), Math.max(-99, Math.min(99, y))])
  const contours = LEVELS.map((level) => {
    const [rx, ry] = [Math.sqrt(2 * level), Math.sqrt((2 * level) / STEEP)].map((r) => (SCALE * r).toFixed(1))
    return `<ellipse cx="${WIDTH / 2}" cy="${HEIGHT / 2}" rx="${rx}" ry="${ry}" />`
  })
  const dots = near.map((point) => `<circle cx="${px(point).replace(',', '" cy="')}" r="2" />`)
  return `<svg role="img" style="max-width: 100%; height: auto" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" xmlns="http://www.w3.org/2000/svg">
<title>${name}, lr = ${lr}</title>
<desc>The path of ${name} in ${UPDATES} updates, from the left, on the contours of (x² + ${STEEP}·y²) / 2</desc>
<style>svg:root { color-scheme: light dark }</style>
<g fill="none" stroke="currentColor" stroke-opacity="0.2">${contours.join('')}</g>
<polyline fill="none" stroke="#2b7bd0" stroke-width="1.5" points="${near.map(px).join(' ')}" />
<g fill="#2b7bd0">${dots.join('')}</g>
<text x="12" y="20" fill="currentColor" font-family="system-ui, sans-serif" font-size="13">${name}, lr = ${lr}</text>
</svg>
`
}
