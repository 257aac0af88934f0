/** The dashboard's style sheet. Colours keep a contrast of 4.5:1 in both schemes. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --text: #1b2430; --dim: #566273;
  --line: #dce1e8; --accent: #0b6bcb; --good: #1d7a46; --warn: #8f5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #10151c; --card: #1a212b; --text: #e6ebf2;
  --dim: #9fabbb; --line: #2d3744; --accent: #6cb2ff; --good: #6fd19a; --warn: #f0b860; --bad: #ff8f86; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 .75rem; }
.dim { color: var(--dim); }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .75rem; font-size: .875rem; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1rem 1.25rem; margin-bottom: 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: 0; }
dt { color: var(--dim); font-size: .875rem; }
dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
progress { width: 100%; height: .75rem; accent-color: var(--accent); }
.scroll { overflow: auto; max-height: 26rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 500; font-size: .875rem; position: sticky; top: 0; background: var(--card); }
td.number, th.number { text-align: right; }
td progress { width: 8rem; }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
input, button { font: inherit; padding: .4rem .75rem; border-radius: .4rem; border: 1px solid var(--dim);
  background: var(--card); color: var(--text); }
button { background: var(--accent); border-color: var(--accent); color: var(--card); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
`;
