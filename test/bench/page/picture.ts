import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

/** How many times faster, for each back end by row. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>

const [LINE, GAP, EDGE] = [14, 14, 90]

/** Bars from 1 on, which is as fast: to the right where ours is faster. */
export const pictureIn = (element: HTMLElement) => {
  use([BarChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])
  const text = { color: getComputedStyle(document.body).color, fontFamily: 'system-ui, sans-serif' }
  const chart = init(element, null, { renderer: 'svg', height: EDGE })
  return (ratios: Ratios): void => {
    const names = Object.keys(ratios)
    const rows = [...new Set(Object.values(ratios).flatMap((each) => Object.keys(each)))]
    chart.resize({ height: EDGE + rows.length * (names.length * LINE + GAP) })
    chart.setOption({
      animation: false,
      color: ['#2b7bd0', '#00946b', '#d55e00'],
      textStyle: text,
      legend: { top: 0, textStyle: text },
      grid: { left: 200, right: 60, top: 34, bottom: 46 },
      xAxis: {
        type: 'log',
        name: 'times faster than tf.train',
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: text,
        axisLabel: { ...text, formatter: '{value} ×' },
        splitLine: { lineStyle: { opacity: 0.3 } },
      },
      yAxis: {
        type: 'category',
        data: rows,
        inverse: true,
        axisLabel: { ...text, width: 190 },
        axisTick: { show: false },
      },
      series: names.map((name, i) => ({
        type: 'bar',
        name,
        silent: true,
        barWidth: LINE - 3,
        data: rows.map((row) => ratios[name]?.[row] ?? '-'),
        label: {
          show: true,
          position: 'right',
          ...text,
          fontSize: 11,
          formatter: ({ value }: { value: number }) => `${value.toFixed(1)} ×`,
        },
        markLine:
          i === 0 ? { symbol: 'none', label: { show: false }, lineStyle: text, data: [{ xAxis: 1 }] } : undefined,
      })),
    })
  }
}
