/** The whole look of a report: on a light or dark screen, on a phone, on paper. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--soft:#5b6675;--faint:#e3e7ec;--panel:#f6f8fa;--link:#0b5cad;--legacy:#b45309;--candidate:#0b62c4;--third:#7c3aed;--fourth:#0f766e;--go:#136c3a;--go-soft:#e4f4ea;--wait:#8a5a00;--wait-soft:#fdf3dc;--no:#b3261e;--no-soft:#fdeceb}
@media (prefers-color-scheme:dark){:root{--paper:#11161c;--ink:#e6eaf0;--soft:#9aa7b5;--faint:#2b343f;--panel:#19212a;--link:#79b8ff;--legacy:#f0a04b;--candidate:#64a8ff;--third:#b794f6;--fourth:#4fd1c5;--go:#6fd69b;--go-soft:#12301f;--wait:#f2c464;--wait-soft:#33280f;--no:#ff8a80;--no-soft:#3a1816}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:break-word}
main,header,nav,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{font-size:30px;line-height:1.2;margin:2px 0 4px;letter-spacing:-.01em}
h2{font-size:22px;line-height:1.3;margin:56px 0 12px;padding-top:16px;border-top:1px solid var(--faint)}
h3{font-size:16px;margin:30px 0 8px}
h4{font-size:14px;margin:20px 0 6px}
p{margin:8px 0;max-width:75ch}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:2px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
pre{background:var(--panel);border:1px solid var(--faint);border-radius:6px;padding:10px 12px;margin:6px 0 14px;white-space:pre-wrap}
.kicker,.meta,figcaption,.soft{color:var(--soft)}
.kicker{font-size:13px;text-transform:uppercase;letter-spacing:.08em}
.meta{font-size:14px}
.decision{border:1px solid var(--faint);border-left:8px solid;border-radius:10px;padding:18px 22px;margin:24px 0}
.decision .word{font-size:34px;font-weight:750;line-height:1.1;letter-spacing:.01em}
.decision p{font-size:17px;margin:6px 0 0}
.go{color:var(--go)}.wait{color:var(--wait)}.no{color:var(--no)}
.decision.go{border-left-color:var(--go);background:var(--go-soft)}
.decision.wait{border-left-color:var(--wait);background:var(--wait-soft)}
.decision.no{border-left-color:var(--no);background:var(--no-soft)}
.decision>*:not(.word){color:var(--ink)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 22px}
.tiles a{display:block;border:1px solid var(--faint);border-radius:10px;padding:12px 16px;color:inherit;text-decoration:none}
.tiles a:hover{border-color:var(--soft)}
.tiles b{display:block;font-size:22px;line-height:1.25;font-variant-numeric:tabular-nums}.tiles span{font-size:13px;color:var(--soft)}
.pill{display:inline-block;border-radius:999px;padding:1px 10px;font-size:12.5px;font-weight:650;border:1px solid currentColor;white-space:nowrap;vertical-align:2px}
.pill.go{background:var(--go-soft)}.pill.wait{background:var(--wait-soft)}.pill.no{background:var(--no-soft)}
h2 .pill{margin-left:8px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin:0;font-size:14px}
ul.reasons{list-style:none;padding:0;margin:10px 0}
ul.reasons li{padding:5px 0 5px 26px;position:relative}
ul.reasons .sign{position:absolute;left:0;width:20px;text-align:center;font-weight:700}
ul.reasons a{color:inherit;text-decoration-color:var(--faint)}ul.reasons a:hover{text-decoration-color:currentColor}ul.reasons .from{font-size:12.5px;margin-left:4px}ul.reasons .from a{color:var(--soft)}
ul.reasons .next{display:block;font-size:14px;color:var(--soft)}
ul.plain{padding-left:20px}ul.plain li{margin:3px 0}
.scroll{overflow-x:auto;margin:8px 0 4px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:7px 14px 7px 0;border-bottom:1px solid var(--faint)}
th{font-weight:600;color:var(--soft);font-size:13px;white-space:nowrap}
td a{text-decoration-color:var(--faint)}td a:hover{text-decoration-color:currentColor}
td:first-child,th:first-child{min-width:6.5em}
td.number,th.number{text-align:right;white-space:nowrap}
td.number+td:not(.number),th.number+th:not(.number){padding-left:14px}
.time{white-space:nowrap}
tbody tr:last-child td{border-bottom:0}
.plots{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:18px 26px;margin:12px 0}
figure{margin:0;min-width:0}
figure.wide{grid-column:1/-1;max-width:600px}
figcaption{font-size:13px;line-height:1.45;margin-top:2px}
figcaption b{color:var(--ink);display:block;font-weight:600}
details{margin:6px 0;font-size:14px}
summary{cursor:pointer;color:var(--link);font-size:13px}
details table{font-size:12.5px}
details .scroll{max-height:340px;overflow:auto}
.plot{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
.plot text{fill:var(--soft)}.plot .key,.plot .strong{fill:var(--ink)}.plot .strong{font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:var(--faint)}.axis{stroke:var(--soft)}
.divide{stroke:var(--soft);stroke-dasharray:2 4;opacity:.7}
.one{stroke:var(--soft);stroke-width:1.5}
.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.mark{fill:currentColor}.mean{stroke:currentColor;stroke-width:1.5}.band{fill:currentColor;opacity:.16}.area{fill:currentColor;opacity:.12}
.s0{color:var(--legacy)}.s1{color:var(--candidate)}.s2{color:var(--third)}.s3,.s4,.s5{color:var(--fourth)}
path.line.s0{stroke-dasharray:7 3}
.g0{color:var(--candidate)}.g1{color:var(--legacy)}.g2{color:var(--third)}.g3{color:var(--fourth)}.g4,.g5{color:var(--soft)}
path.line.g1{stroke-dasharray:7 3}path.line.g2{stroke-dasharray:2 3}path.line.g3{stroke-dasharray:9 3 2 3}path.line.g4{stroke-dasharray:4 4}path.line.g5{stroke-dasharray:12 4}
.interval{stroke:currentColor;stroke-width:3}
.better{color:var(--go)}.worse{color:var(--no)}.even{color:var(--soft)}
.alarm{color:var(--no)}.alarm path{fill:currentColor}.alarmline{stroke:var(--no);stroke-dasharray:6 4}.plot .alarmtext{fill:var(--no)}
footer{margin:60px auto 40px;font-size:13px;color:var(--soft)}
.hash{font-size:12px;color:var(--soft)}
@media (max-width:720px){
body{font-size:16px}main,header,nav,footer{padding-left:16px;padding-right:16px}header{padding-top:22px}
h1{font-size:25px}h2{margin-top:40px}.plots{grid-template-columns:minmax(0,1fr)}.decision{padding:14px 16px}.decision .word{font-size:28px}
.plot{font-size:13px}
table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.cards,table.cards tbody,table.cards tr,table.cards td{display:block}
table.cards tr{border:1px solid var(--faint);border-radius:8px;padding:6px 12px;margin:10px 0}
table.cards td,table.cards td.number+td:not(.number){display:flow-root;text-align:right;border:0;padding:4px 0 4px 40%;white-space:normal}
table.cards td::before{content:attr(data-name);color:var(--soft);text-align:left;float:left;width:60%;margin-left:-66.7%}
table.cards td:empty{display:none}
}
@media print{
.tiles{grid-template-columns:repeat(5,1fr);break-inside:avoid}
:root{--paper:#fff;--ink:#111;--soft:#4a5560;--faint:#cfd6dd;--panel:#f6f8fa;--link:#111;--legacy:#b45309;--candidate:#0b62c4;--third:#7c3aed;--fourth:#0f766e;--go:#136c3a;--go-soft:#eef8f1;--wait:#8a5a00;--wait-soft:#fdf6e6;--no:#b3261e;--no-soft:#fdf0ef;color-scheme:light}
@page{margin:16mm 14mm}
body{font-size:10.5pt}main,header,nav,footer{max-width:none;padding:0}header{padding-top:0}nav{display:none}
h2{margin-top:26pt}h2,h3,h4,.meta,p:has(+pre){break-after:avoid}figure,tr,.decision,pre,ul.reasons li{break-inside:avoid}
section.feature+section.feature{break-before:page}
a{color:inherit;text-decoration:none}
table{font-size:9pt}.scroll{overflow:visible}
details{color:var(--soft);font-size:8.5pt}details:not([open])>:not(summary){display:none}summary{color:var(--soft);list-style:none}summary::-webkit-details-marker{display:none}
.decision,.pill,.plot{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`
