import { LineChart, type LineSeriesOption } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, MarkLineComponent, SVGRenderer])

/** Lines over steps: a legend, and an SVG that takes its colours from the page, `var(--ink)` and the like. */
export interface Chart {
  readonly title: string
  readonly height: number
  readonly steps: number
  /** From zero, or from the least value. */
  readonly fromZero: boolean
  readonly lines: readonly Line[]
  readonly reference?: { readonly label: string; readonly value: number }
}

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [t: number, value: number])[]
  readonly color: string
  readonly width: number
  readonly dots?: boolean
}

export const chartOf = (chart: Chart): string => `<p class="legend">${chart.lines.map(keyOf).join('')}</p>
${svgOf(chart)}`

const keyOf = ({ name, color }: Line): string => `<span><i style="background:${color}"></i>${name}</span>`

const WIDTH = 860

const svgOf = ({ title, height, steps, fromZero, lines, reference }: Chart): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  const text = { color: 'var(--soft)', fontFamily: 'inherit' }
  const rule = { lineStyle: { color: 'var(--rule)' } }
  const axis = { axisLabel: text, nameTextStyle: text, splitLine: rule, axisLine: rule, axisTick: { show: false } }
  chart.setOption({
    animation: false,
    grid: { left: 64, right: 24, top: 16, bottom: 48 },
    xAxis: { ...axis, type: 'value', min: 0, max: steps, name: 'step', nameLocation: 'middle', nameGap: 28 },
    yAxis: {
      ...axis,
      type: 'value',
      scale: !fromZero,
      max: ({ max }: { max: number }) => (reference && reference.value > max ? Math.ceil(reference.value) : null),
      axisLabel: { ...text, formatter: short },
    },
    series: lines.map((line, i) => ({ ...seriesOf(line), ...(i === 0 && reference ? marked(reference) : {}) })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return tidied(svg, title)
}

const short = (x: number): string => (x === 0 ? '0' : Math.abs(x) < 0.01 ? x.toExponential() : String(x))

const seriesOf = ({ name, points, color, width, dots = false }: Line): LineSeriesOption => ({
  type: 'line',
  name,
  data: points.map((p) => [...p]),
  silent: true,
  showSymbol: dots,
  symbol: 'circle',
  symbolSize: 7,
  lineStyle: { color, width },
  itemStyle: { color, borderWidth: 0 },
})

const marked = ({ label, value }: NonNullable<Chart['reference']>): LineSeriesOption => ({
  markLine: {
    silent: true,
    symbol: 'none',
    data: [{ yAxis: value }],
    lineStyle: { color: 'var(--soft)', type: 'dashed', width: 1.5 },
    label: {
      formatter: label,
      position: 'insideEndTop',
      color: 'var(--soft)',
      fontFamily: 'inherit',
      textBorderWidth: 0,
    },
  },
})

/** What stands in a page needs no namespaces; hovering and clicking do nothing here. */
const tidied = (svg: string, title: string): string =>
  svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:xmlns(?::\w+)?|ecmeta_\w+|class|pointer-events|version|baseProfile)="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${title}"`)
