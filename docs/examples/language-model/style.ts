/** How the report looks, in light and in dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d1d22; --soft: #66666f; --rule: #e4e2dd;
  --train: #2f6fb3; --faint: #bcd0e6; --validation: #d9722e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15161a; --card: #1d1f24; --ink: #e9e8e4; --soft: #a0a1aa; --rule: #33353d;
    --train: #6aa9ec; --faint: #34506f; --validation: #f09a5b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 40px 20px 64px; }
header p { margin: 0; color: var(--soft); }
.over { letter-spacing: .12em; text-transform: uppercase; font-size: 13px; }
h1 { font-size: 30px; line-height: 1.2; margin: 2px 0 8px; font-weight: 650; }
h2 { font-size: 18px; margin: 0 0 12px; font-weight: 600; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 22px; margin-top: 18px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 18px; }
.figures b { display: block; font-size: 28px; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures span { color: var(--soft); font-size: 14px; }
mtd { padding: .4em .15em; text-align: left; }
mtd:first-child { text-align: right; }
.legend { margin: 0 0 4px; display: flex; flex-wrap: wrap; gap: 4px 22px; color: var(--soft); font-size: 14px; }
.legend i { display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 8px; vertical-align: middle; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
.wide { overflow-x: auto; }
.wide math { font-size: 1.15em; margin: 0 0 12px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-top: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
tr:first-child > * { border-top: 0; }
th { color: var(--soft); font-weight: 400; white-space: nowrap; overflow-wrap: normal; }
.numbers { margin-top: 10px; font-variant-numeric: tabular-nums; }
summary { color: var(--soft); cursor: pointer; font-size: 14px; margin-top: 8px; }
pre { margin: 0; font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.code { margin-top: 8px; color: var(--soft); }
.sample { background: var(--paper); border-radius: 6px; padding: 14px 16px; }
.sample span { color: var(--soft); }
`
