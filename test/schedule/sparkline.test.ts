import fc from 'fast-check'
import { chain, cosine, cycle, linear, type Schedule, warmup } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { schedule } from '../../laws/drawn/arbitrary.ts'
import { sparkline } from '../../src/schedule/sparkline.ts'

const drawn = (...lines: readonly string[]) => lines.join('\n')

describe('sparkline', () => {
  test('shows a warm-up and a cosine', () => {
    const lr = warmup(500)(cosine({ from: 3e-4, over: 9500 }))
    expect(sparkline(lr, { to: 10_000, width: 40 })).toBe(
      drawn(
        '3e-4 ┤ █████▇▇▆▅▅▄▃▂▁',
        '     │ ███████████████▇▆▄▃▂▁',
        '     │██████████████████████▇▆▅▃▂▁',
        '   0 ┤█████████████████████████████▇▆▅▄▄▃▂▂▁▁▁',
        '      0                                  10000',
      ),
    )
  })

  test('shows restarts, and drops', () => {
    expect(sparkline(cycle(10)(linear({ from: 1, over: 10 })), { from: 1, to: 30, width: 30, height: 2 })).toBe(
      drawn(
        '0.9 ┤█▆▅▃▁     █▆▅▃▁     █▆▅▃▁',
        '  0 ┤██████▆▄▃▁██████▆▄▃▁██████▆▄▃▁',
        '     1                           30',
      ),
    )
    expect(sparkline(chain([10, 0.1], [10, 0.01], 0.001), { from: 1, to: 30, width: 15, height: 2 })).toBe(
      drawn(' 0.1 ┤█████', '1e-3 ┤█████▂▂▂▂▂▁▁▁▁▁', '      1            30'),
    )
  })

  test('shows a constant as a line, with its value beside it', () => {
    expect(sparkline(0.1, { to: 8, width: 4, height: 3 })).toBe(drawn('    │', '    │', '0.1 ┤▁▁▁▁', '     0  8'))
    expect(sparkline((t) => 0.1 + (t % 2) * 3e-17, { to: 8, width: 4, height: 1 })).toBe(
      drawn('0.1 ┤▁▁▁▁', '     0  8'),
    )
  })

  test('is 60 wide and 4 high where nothing is said, 512 at most, and has four digits', () => {
    const lines = sparkline(linear({ from: 0.123456, to: -0.987654, over: 100 }), { to: 100 }).split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatch(/^ 0\.1235 ┤/)
    expect(lines[3]).toMatch(/^-0\.9877 ┤[▁-█]{60}$/)
    expect(sparkline(1, { to: 4, width: 512, height: 512 }).split('\n')).toHaveLength(513)
  })

  test('of one line has both values before it', () => {
    expect(sparkline(linear({ from: -1, to: 1e5, over: 7 }), { to: 7, width: 8, height: 1 })).toBe(
      drawn('-1 … 1e5 ┤▁▂▃▄▅▆▇█', '          0      7'),
    )
  })

  const size = fc.record({ width: fc.integer({ min: 1, max: 120 }), height: fc.integer({ min: 1, max: 12 }) })
  const range = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 2000 })).map(([from, n]) => ({ from, to: from + n }))

  test('has columns as high as the greatest of their values, to a sixteenth of a character', () => {
    fc.assert(
      fc.property(schedule, range, size, (s, { from, to }, { width, height }) => {
        const values = Array.from({ length: to - from + 1 }, (_, i) => s(from + i))
        const [least, greatest] = [Math.min(...values), Math.max(...values)]
        fc.pre(greatest - least > Math.max(1e-290, 1e-6 * Math.max(-least, greatest)) && width <= 60)
        const lines = sparkline(s, { from, to, width, height }).split('\n')
        expect(lines).toHaveLength(height + 1)
        const rows = lines.slice(0, -1).map((line) => line.split(/[┤│]/)[1] as string)
        for (let column = 0; column < width; column++) {
          const eighths = rows.map((row) => Math.max(0, ' ▁▂▃▄▅▆▇█'.indexOf(row[column] ?? ' ')))
          const filled = eighths.findIndex((n) => n > 0)
          expect(eighths.slice(filled + 1).every((n) => n === 8)).toBe(true)
          const first = Math.floor((column * values.length) / width)
          const last = Math.max(first + 1, Math.floor(((column + 1) * values.length) / width))
          const high = (Math.max(...values.slice(first, last)) - least) / (greatest - least)
          const sum = eighths.reduce((a, b) => a + b, 0)
          expect(Math.abs(sum - 1 - high * (8 * height - 1))).toBeLessThan(0.51)
        }
      }),
    )
  })

  test('tells the greatest and the least value, and the updates', () => {
    fc.assert(
      fc.property(range, size, (range, size) => {
        fc.pre(size.height > 1 && size.width > 9)
        const lines = sparkline(linear({ from: 3e-4, to: -2, over: 1 }), { ...range, from: 0, ...size }).split('\n')
        expect(lines[0]).toMatch(/^3e-4 ┤/)
        expect(lines.at(-2)).toMatch(/^ {2}-2 ┤/)
        expect(lines.at(-1)).toBe(`      0${String(range.to).padStart(size.width - 1)}`)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(6 + size.width)
      }),
    )
  })

  test('looks at no more than 4096 of 2³¹ updates', () => {
    let looks = 0
    const s: Schedule = (t) => {
      looks++
      return 1 / (1 + t)
    }
    for (const width of [1, 60, 500]) {
      looks = 0
      expect(sparkline(s, { to: 2 ** 31, width })).toContain('2147483648')
      expect(looks).toBeLessThanOrEqual(4096)
    }
  })

  test.each<[string, () => string, string]>([
    ['no end', () => sparkline(1, { to: 0 }), 'to is 0, expected a whole number greater than from, which is 0'],
    ['a start before 0', () => sparkline(1, { from: -1, to: 4 }), 'from is -1, expected a whole number from 0 on'],
    ['no width', () => sparkline(1, { to: 4, width: 0 }), 'width is 0, expected 1 to 512'],
    ['half a line', () => sparkline(1, { to: 4, height: 1.5 }), 'height is 1.5, expected 1 to 512'],
    [
      'null',
      () => sparkline(null as never, { to: 4 }),
      'a schedule is null, expected a function t => number, or a finite number',
    ],
    ['NaN', () => sparkline((t) => 0 / (t - 7), { to: 9 }), 't => … is NaN at t = 7, expected a finite number'],
    [
      '∞',
      () =>
        sparkline(
          warmup(2)((t) => 1 / t),
          { to: 9 },
        ),
      'warmup(2)(t => …) is NaN at t = 0, expected a finite number',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new TypeError(`schedule.sparkline: ${message}`))
  })
})
