#include "report/html/style.h"

namespace report {

// Colours: text on its ground has a contrast of at least 4.5:1 in both schemes (WCAG AA). Quality and state are words
// with a sign, the colour only repeats them. Blue and orange stay apart for every common colour blindness (Okabe-Ito).
std::string_view html_style() {
  return R"css(
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1b2027;--soft:#59626e;--rule:#dfe3e8;--line:#0a66a8;
--area:#0a66a822;--band:#0a66a826;--model:#a65300;--model-area:#a6530055;--floor:#59626e;--good:#14703b;--bad:#b3261e;--warn:#8f4a00;
--warn-ground:#fff5e6;--bad-ground:#fdeceb;--code:#f1f3f6}
@media (prefers-color-scheme:dark){:root{--ground:#12151a;--card:#1a1f26;--ink:#e7ebf0;--soft:#a3adba;--rule:#303843;
--line:#6db8f2;--area:#6db8f226;--band:#6db8f233;--model:#f0ad5c;--model-area:#f0ad5c66;--floor:#a3adba;--good:#6fd197;--bad:#ff938a;
--warn:#f3b76b;--warn-ground:#2b2216;--bad-ground:#331d1c;--code:#12161c}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1000px;margin:0 auto;padding:24px 16px}
.run{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:28px 32px;margin:0 0 24px}
.brand{margin:0 0 4px;color:var(--soft);font-size:13px;letter-spacing:.04em;text-transform:uppercase}
h1,h2,h3{line-height:1.2;overflow-wrap:anywhere}
h1,.run>header h2{font-size:28px;margin:0 0 8px}
.run>h2,.run>h3{font-size:18px;margin:34px 0 10px}
.sentence{margin:0 0 12px;font-size:17px;max-width:46em;overflow-wrap:anywhere}
.badges{margin:0}
.badge{display:inline-block;padding:0 9px;border:1px solid currentColor;border-radius:99px;font-size:13px;line-height:21px;white-space:nowrap;
max-width:100%;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom}
.badge::before{content:"● "}.badge.measured{color:var(--line)}
.badge.estimated,.badge.simulated{color:var(--model);border-style:dashed}.badge.estimated::before,.badge.simulated::before{content:"≈ "}
.badge.unmeasurable{color:var(--soft);border-style:dotted}.badge.unmeasurable::before{content:"– "}
.badge.completed{color:var(--good)}.badge.completed::before{content:"✓ "}
.badge.failed{color:var(--bad)}.badge.failed::before{content:"✗ "}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:20px 0 0}
.tile{border:1px solid var(--rule);border-radius:8px;padding:12px 14px}
.tile dt{color:var(--soft);font-size:13px}
.tile dd{margin:2px 0 0;font-size:22px;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.25}
.value{white-space:nowrap}.interval{display:inline-block;font-size:15px;font-weight:500;color:var(--soft);white-space:nowrap}
.tile dd.more{color:var(--soft);font-size:13px;font-weight:400;line-height:1.4;margin-top:4px;overflow-wrap:anywhere}
.caveats{margin:0;padding:10px 14px 10px 32px;background:var(--warn-ground);border-left:4px solid var(--warn);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
header+.caveats{margin:16px 0}
.missing{margin:10px 0 0;color:var(--soft);max-width:52em}.missing strong{color:var(--ink)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:15px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:14px;padding:0 0 6px}
th,td{text-align:left;padding:6px 14px 6px 0;border-top:1px solid var(--rule);vertical-align:top;overflow-wrap:break-word}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px;white-space:nowrap;overflow-wrap:normal}
tbody th{font-weight:500;min-width:6em}
.media td{overflow-wrap:anywhere}.under{color:var(--soft);font-size:13px}
.number,.twin td{text-align:right;white-space:nowrap}.reason{color:var(--soft);white-space:normal}
td.reason:not(.number),.twin td.reason{text-align:left}
a{color:var(--line)}
figure{margin:0 0 8px}.scroll+figure{margin-top:24px}figcaption{color:var(--soft);font-size:14px;max-width:54em}
.plot{display:block;width:100%;height:auto;font:12px system-ui,"DejaVu Sans",sans-serif}
.plot.narrow{display:none}
.plot text{fill:var(--ink)}.plot .tick,.plot .axis{fill:var(--soft)}
.plot .label{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round;font-weight:500}
.plot path{fill:none}.plot .grid{stroke:var(--rule)}.plot .zero{stroke:var(--soft)}
.plot .line{stroke:var(--line);stroke-width:1.8;stroke-linejoin:round}.plot path.area{fill:var(--area)}
.plot .band{fill:var(--band)}.plot .mean{stroke:var(--line);stroke-width:1.3;stroke-dasharray:7 4}
.plot .floor{stroke:var(--floor);stroke-width:1.3;stroke-dasharray:2 4}
.plot .peak{fill:var(--line);stroke:var(--card);stroke-width:1.5}
.plot .whisker{stroke:var(--line);stroke-width:2}.plot .dot{fill:var(--line);stroke:var(--card);stroke-width:1.5}
.plot .model .line,.plot .model .mean,.plot .model .whisker{stroke:var(--model)}.plot .model .line{stroke-dasharray:5 2}
.plot .model .peak{fill:var(--model)}.plot .model .dot{fill:var(--card);stroke:var(--model);stroke-width:2}
.plot .model .whisker{stroke-dasharray:5 3}.plot .hatch{stroke:var(--model-area);stroke-width:2}
.plot .model .band{fill:var(--model-area);opacity:.35}
pre{margin:0;padding:12px 14px;background:var(--code);border:1px solid var(--rule);border-radius:6px;overflow-x:auto;white-space:pre-wrap;
overflow-wrap:anywhere;font:13px/1.5 ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
pre.error{background:var(--bad-ground);border-color:var(--bad);margin-top:16px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:10px 24px;margin:0}
.facts dt{color:var(--soft);font-size:13px}.facts dd{margin:0;overflow-wrap:anywhere}
details{margin-top:14px}summary{cursor:pointer;color:var(--line)}details>pre,details>.scroll{margin-top:8px}
.twin .scroll{max-height:340px;overflow:auto}.twin table{width:auto}.twin td,.twin th{padding-right:24px}
:focus-visible{outline:2px solid var(--line);outline-offset:2px}
footer{max-width:1000px;margin:0 auto;padding:0 16px 32px;color:var(--soft);font-size:13px}
@media (max-width:640px){caption{max-width:calc(100vw - 32px)}main{padding:0}.run{border-width:0 0 1px;border-radius:0;padding:20px 16px;margin:0 0 12px}
h1,.run>header h2{font-size:23px}.sentence{font-size:16px}.tiles{grid-template-columns:1fr 1fr;gap:8px}.tile{padding:10px}
.tile dd{font-size:18px}.plot.wide{display:none}.plot.narrow{display:block}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}.run{border:0;padding:0}.run+.run{break-before:page}
figure,table,.tiles{break-inside:avoid}.twin{display:none}}
)css";
}

}  // namespace report
