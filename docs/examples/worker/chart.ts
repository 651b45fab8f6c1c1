import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

const POINTS = 200

/** Losses as they come, a line for each training: of many steps, a point is the mean of as many as share it. */
export const chartIn = (element: HTMLElement, steps: number) => {
  use([CanvasRenderer, GridComponent, LegendComponent, LineChart])
  const chart = init(element)
  const each = Math.ceil(steps / POINTS)
  const lines = new Map<string, number[]>()

  const text = { color: getComputedStyle(document.body).color }
  const axis = {
    nameLocation: 'middle',
    nameTextStyle: text,
    axisLabel: { ...text, hideOverlap: true },
    splitLine: { lineStyle: { opacity: 0.3 } },
  }
  const draw = () =>
    chart.setOption({
      animation: false,
      // They are equal: the second lies upon the first.
      color: ['#2b7bd0', '#d55e00'],
      legend: { top: 0, icon: 'rect', itemHeight: 3, textStyle: text },
      grid: { left: 60, right: 16, top: 32, bottom: 44 },
      xAxis: { ...axis, type: 'value', min: 0, max: steps, name: 'step', nameGap: 26 },
      yAxis: { ...axis, type: 'log', name: 'loss', nameGap: 44 },
      series: [...lines].map(([name, losses], i) => ({
        type: 'line',
        name,
        data: meansOf(losses, each),
        showSymbol: false,
        silent: true,
        lineStyle: { width: i === 0 ? 5 : 1.5 },
      })),
    })
  draw()
  return {
    begin: (name: string) => void lines.set(name, []),
    add: (name: string, losses: readonly number[]) => {
      lines.get(name)?.push(...losses)
      draw()
    },
  }
}

const meansOf = (losses: readonly number[], each: number): (readonly [t: number, loss: number])[] =>
  Array.from({ length: Math.ceil(losses.length / each) }, (_, i) => {
    const some = losses.slice(i * each, (i + 1) * each)
    return [i * each + some.length, some.reduce((a, b) => a + b, 0) / some.length] as const
  })
