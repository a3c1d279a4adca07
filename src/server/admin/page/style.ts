/** The style of the status page. Colours are pairs, for light and for dark; each keeps a contrast of 4.5 at least. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #0d1014);
  --card: light-dark(#ffffff, #15191f);
  --sunk: light-dark(#f6f7f9, #0f1318);
  --line: light-dark(#e2e5ea, #272d36);
  --edge: light-dark(#868e9b, #6c7684);
  --ink: light-dark(#171a21, #e8ebf0);
  --quiet: light-dark(#59616e, #9ba5b3);
  --accent: light-dark(#0b6b63, #4fd1c0);
  --agent: light-dark(#0f7a70, #2fb8a6);
  --pass: light-dark(#c27803, #e0a92e);
  --reject: light-dark(#c02546, #ef6b83);
  --agent-ink: light-dark(#0b5f57, #63d8c8);
  --pass-ink: light-dark(#87500a, #f0c35b);
  --reject-ink: light-dark(#a81c3b, #ff97a8);
  --agent-wash: light-dark(#e2f3f0, #11302d);
  --pass-wash: light-dark(#fcf0d8, #332810);
  --reject-wash: light-dark(#fce8ec, #3a1820);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", Menlo, Consolas, monospace;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Inter", "Helvetica Neue", Arial, sans-serif;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums; }
h1, h2, h3, h4, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: from-font; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, textarea:focus-visible,
summary:focus-visible, .sheet:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
[hidden] { display: none !important; }
small { font-size: .867rem; color: var(--quiet); }
code, pre { font-family: var(--mono); font-size: .867em; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.top, main, .bottom { max-width: 78rem; margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2rem); }
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 2rem; padding-block: 1.25rem; }
.top h1 { display: flex; align-items: center; gap: .6rem; font-size: 1.13rem; font-weight: 650; letter-spacing: -.01em; }
.top h1 svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: var(--accent); stroke-width: 1.7; stroke-linejoin: round; stroke-linecap: round; }
.top nav { display: flex; gap: 1.4rem; font-size: .933rem; }
.top nav a { color: var(--quiet); text-decoration: none; padding-block: .25rem; }
.top nav a:hover { color: var(--ink); }
main { display: grid; gap: 1.25rem; padding-bottom: 1rem; }
.bottom { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 2rem; padding-block: 1rem 2rem; color: var(--quiet); font-size: .867rem; }
.columns { display: grid; gap: 1.25rem; align-items: start; grid-template-columns: minmax(0, 1fr); }
.main-column, .side-column { display: grid; gap: 1.25rem; min-width: 0; align-content: start; }
@media (min-width: 62rem) { .columns { grid-template-columns: minmax(0, 1fr) 20.5rem; } }

.card, .standing { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem clamp(1rem, 2.2vw, 1.5rem); min-width: 0; }
.card > header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .35rem 1.25rem; margin-bottom: 1rem; }
h2 { font-size: 1rem; font-weight: 650; letter-spacing: -.005em; }
.aside, .foot, .quiet { color: var(--quiet); font-size: .867rem; }
.foot { margin-top: .9rem; }
.none { display: none; }
.empty { color: var(--quiet); padding-block: .5rem; }
.empty pre { margin-top: .6rem; display: inline-block; max-width: 100%; overflow-wrap: anywhere; white-space: pre-wrap; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .8rem; color: var(--ink); }
.problem { background: var(--reject-wash); color: var(--reject-ink); border-radius: 8px; padding: .65rem .9rem; overflow-wrap: anywhere; }

.standing { padding: 0; overflow: hidden; }
.banner { display: flex; align-items: center; gap: 1rem; padding: 1.25rem clamp(1rem, 2.2vw, 1.5rem); }
.banner h2 { font-size: clamp(1.27rem, 3vw, 1.6rem); font-weight: 650; letter-spacing: -.02em; line-height: 1.25; }
.banner p { color: var(--quiet); margin-top: .1rem; }
.lamp { flex: none; width: 1rem; height: 1rem; border-radius: 50%; background: var(--lamp); box-shadow: 0 0 0 .35rem var(--halo); margin-inline: .35rem; }
.well { --lamp: var(--agent); --halo: var(--agent-wash); }
.attention { --lamp: var(--pass); --halo: var(--pass-wash); }
.kept-out { --lamp: var(--reject); --halo: var(--reject-wash); }
.facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); border-top: 1px solid var(--line); }
.facts > div { padding: .9rem clamp(1rem, 2.2vw, 1.5rem); min-width: 0; }
.facts .wide { grid-column: 1 / -1; border-top: 1px solid var(--line); }
.facts > div:nth-child(2) { border-left: 1px solid var(--line); }
.facts dt { color: var(--quiet); font-size: .867rem; }
.facts b { font-size: 1.33rem; font-weight: 650; letter-spacing: -.02em; }
.facts small { display: block; }
.path { overflow-wrap: anywhere; font-weight: 550; }
@media (min-width: 46rem) {
  .facts { grid-template-columns: 10rem 10rem minmax(0, 1fr); }
  .facts .wide { grid-column: auto; border-top: 0; border-left: 1px solid var(--line); }
}
.refused { border-top: 1px solid var(--line); padding: 1rem clamp(1rem, 2.2vw, 1.5rem) 1.25rem; }
.sheet { padding: .85rem 1rem; overflow: auto; max-height: 28rem; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; line-height: 1.55; }
.refused .sheet { margin-top: .8rem; border-left: 3px solid var(--reject); }

.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .867rem; color: var(--quiet); }
.legend b { color: var(--ink); font-weight: 600; }
.swatch { display: inline-block; width: .65rem; height: .65rem; border-radius: 3px; margin-right: .45rem; }
.swatch.agent { background: var(--agent); } .swatch.pass { background: var(--pass); } .swatch.reject { background: var(--reject); }
rect.agent { fill: var(--agent); } rect.pass { fill: var(--pass); } rect.reject { fill: var(--reject); }
.chart { position: relative; padding-top: 1.1rem; }
.chart svg { display: block; width: 100%; height: 8.5rem; }
.scale { position: absolute; top: 0; left: 0; font-size: .75rem; line-height: 1; color: var(--quiet); }
.grid { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 3; vector-effect: non-scaling-stroke; }
.base { stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke; }
.hours { display: flex; justify-content: space-between; margin-top: .4rem; font-size: .75rem; color: var(--quiet); }
details { margin-top: .7rem; font-size: .867rem; }
summary { color: var(--quiet); cursor: pointer; width: fit-content; }
table { width: 100%; border-collapse: collapse; font-size: .933rem; }
th { text-align: left; font-weight: 500; }
thead th { color: var(--quiet); font-size: .8rem; padding-bottom: .35rem; }
.numbers { margin-top: .5rem; font-size: .867rem; }
.numbers td, .numbers thead th:not(:first-child) { text-align: right; }
.numbers tbody tr { border-top: 1px solid var(--line); }
.numbers td, .numbers tbody th { padding-block: .2rem; }

.chip { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .8rem; font-weight: 550; line-height: 1.5; overflow-wrap: anywhere; }
.chip.agent, .chip.open { background: var(--agent-wash); color: var(--agent-ink); }
.chip.pass { background: var(--pass-wash); color: var(--pass-ink); }
.chip.reject { background: var(--reject-wash); color: var(--reject-ink); }
.chip.closed { background: var(--ground); color: var(--quiet); box-shadow: inset 0 0 0 1px var(--line); }
.tag { display: inline-block; margin-left: .45rem; padding: 0 .4rem; border: 1px solid var(--line); border-radius: 5px; font-size: .8rem; color: var(--quiet); overflow-wrap: anywhere; }

.calls li { display: grid; gap: .1rem .9rem; padding-block: .6rem; border-top: 1px solid var(--line); grid-template-columns: minmax(0, 1fr) auto; grid-template-areas: "time outcome" "parties parties" "reason reason"; align-items: baseline; }
#earlier > .calls { margin-top: .7rem; font-size: .938rem; }
#earlier summary { font-size: .933rem; }
.calls time { grid-area: time; color: var(--quiet); font-size: .867rem; white-space: nowrap; }
.parties { grid-area: parties; min-width: 0; overflow-wrap: anywhere; font-weight: 500; }
.arrow { color: var(--quiet); font-weight: 400; }
.outcome { grid-area: outcome; min-width: 0; text-align: right; }
.reason { grid-area: reason; min-width: 0; overflow-wrap: anywhere; color: var(--quiet); font-size: .893rem; line-height: 1.45; }
.reason a { white-space: nowrap; color: inherit; }
.reason a:hover { color: var(--accent); }
@media (min-width: 46rem) {
  .calls li { grid-template-columns: 5.8rem minmax(0, 1fr) minmax(0, 12rem); grid-template-areas: "time parties outcome" ". reason reason"; }
}

form { font-size: .933rem; }
input, select, textarea, button { font: inherit; color: inherit; }
input:not([type=checkbox]), select, textarea { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: .4rem .65rem; min-width: 0; max-width: 100%; }
input::placeholder, textarea::placeholder { color: var(--quiet); opacity: 1; }
button { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: .4rem .9rem; cursor: pointer; }
button:hover { border-color: var(--ink); }
button.primary { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #06231f); font-weight: 600; }
.filter { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.filter input { width: 9.5rem; flex: 1 1 8rem; }
.filter .clear { padding-inline: .25rem; }

.rows li { padding-block: .7rem; border-top: 1px solid var(--line); font-size: .933rem; overflow-wrap: anywhere; }
.rows li:first-child { border-top: 0; padding-top: 0; }
.rows li:last-child { padding-bottom: 0; }
.row-head { display: flex; align-items: baseline; gap: .25rem; }
.row-head .chip { margin-left: auto; flex: none; }

.totals th, .totals td { padding: .28rem 0; vertical-align: middle; overflow-wrap: anywhere; }
.totals td:nth-child(2) { width: 34%; padding-inline: .8rem; }
.totals .number { text-align: right; width: 3.5rem; }
.totals + .totals { margin-top: 1rem; }
.totals i { color: var(--quiet); }
.share { display: block; width: 100%; height: .45rem; border-radius: 3px; }

form.explain { display: grid; gap: .9rem 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 40rem) {
  form.explain { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  form.explain .headers { grid-column: span 2; }
}
.whole { white-space: nowrap; }
form.explain label:not(.check) { display: grid; gap: .25rem; font-weight: 550; font-size: .893rem; }
form.explain label small { font-weight: 400; }
form.explain textarea { field-sizing: content; min-height: 2.2rem; resize: vertical; font-weight: 400; }
form.explain input { font-weight: 400; font-size: .933rem; }
.actions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.25rem; }
.check { display: flex; align-items: center; gap: .5rem; margin-right: auto; }
.check input { width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--accent); }
.explained { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
form.explain + .problem { margin-top: 1.25rem; }
h3 { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { font-size: .867rem; font-weight: 550; color: var(--quiet); }
.steps { margin-top: .8rem; }
.steps li { display: grid; gap: 0 1.25rem; padding-block: .45rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.steps li:first-child { border-top: 0; }
.steps b { font-weight: 500; color: var(--quiet); }
@media (min-width: 46rem) { .steps li { grid-template-columns: minmax(9rem, 15rem) minmax(0, 1fr); } }
.result { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .75rem; margin-top: .6rem; font-weight: 600; overflow-wrap: anywhere; }
.papers { display: grid; gap: 1rem; margin-top: 1.1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.paper { position: relative; min-width: 0; }
.paper h4 { min-height: 1.9rem; display: flex; align-items: center; }
.paper button { position: absolute; top: 0; right: 0; padding: .1rem .7rem; font-size: .867rem; border-color: var(--line); }
.paper .sheet { margin-top: .35rem; }
@media (pointer: coarse) { input:not([type=checkbox]), select, textarea { font-size: 16px; } .top nav a { padding-block: .5rem; } }
@media print { .filter, form.explain, .top nav { display: none; } body { background: none; } }
`;
