// SPDX-License-Identifier: MIT
#include "lab/report/style.hpp"

namespace yuma::lab {

std::string_view chart_style() {
  return R"(set encoding utf8
set border 3 linecolor rgb '#6B7280' linewidth 1
set tics nomirror out scale 0.6,0.3
set xtics textcolor rgb '#1F2937' font ',11'
set ytics textcolor rgb '#1F2937' font ',11'
set cbtics textcolor rgb '#1F2937' font ',11'
set xlabel textcolor rgb '#1F2937'
set ylabel textcolor rgb '#1F2937'
set cblabel textcolor rgb '#1F2937'
set title textcolor rgb '#1F2937' font 'sans-serif:Bold,13' offset 0,1.5
set grid linecolor rgb '#E5E7EB' linewidth 1 linetype 1
set key at graph 0.5, graph 1.02 center bottom horizontal Left reverse
set key maxrows 1 samplen 1.5 textcolor rgb '#1F2937'
set tmargin 4.5
set pointsize 0.8
set style fill solid 1 noborder
)";
}

std::string_view heat_palette() {
  return "set palette defined (0 '#D6E6F4', 1 '#ABCFE6', 2 '#77B4D8', 3 '#4592C6', 4 '#1F6EB3', "
         "5 '#084A91', 6 '#08254F')\n";
}

std::string_view page_style() {
  return R"(:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1f2937;--soft:#566072;
--line:#dfe3e8;--head:#eef1f5;--blue:#0072b2;--warn:#b24e00;--warnback:#fff4ea}
@media (prefers-color-scheme:dark){:root{--page:#14171c;--card:#1d2129;--ink:#e6e9ee;--soft:#a3adbb;
--line:#343b47;--head:#272d37;--blue:#56b4e9;--warn:#f0a35e;--warnback:#2d241c}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1320px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 16px;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:40px 0 12px;padding-bottom:6px;border-bottom:2px solid var(--blue);
overflow-wrap:anywhere}
p{margin:8px 0;max-width:80ch;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:1px;margin:12px 0;
padding:0;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.facts div{box-shadow:0 0 0 1px var(--line);padding:8px 14px}
.facts dt{color:var(--soft);font-size:.8rem}
.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.note,.warning{border-left:4px solid var(--blue);background:var(--card);padding:8px 14px;
margin:12px 0;max-width:none;border-radius:0 6px 6px 0;white-space:pre-line}
.warning{border-color:var(--warn);background:var(--warnback)}
.charts{display:flex;flex-wrap:wrap;gap:16px;margin:16px 0}
figure{margin:0;flex:1 1 100%;min-width:0;background:var(--card);border:1px solid var(--line);
border-radius:8px;overflow:hidden}
figure.half{flex:1 1 480px;max-width:calc(50% - 8px)}
@media (max-width:1020px){figure.half{max-width:none}}
.canvas{background:#fff;overflow-x:auto;text-align:center}
.canvas svg{display:block;margin:0 auto;width:100%;height:auto}
figcaption{padding:10px 16px 12px;color:var(--soft);font-size:.9rem;
border-top:1px solid var(--line);
overflow-wrap:anywhere}
.table{margin:16px 0;background:var(--card);border:1px solid var(--line);border-radius:8px;
overflow:hidden}
.table>p{margin:0;padding:10px 14px;max-width:none;color:var(--soft);font-size:.9rem;
border-bottom:1px solid var(--line)}
.scroll{overflow:auto;max-height:75vh}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.87rem;
font-variant-numeric:tabular-nums}
th,td{padding:4px 12px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
td.text{white-space:normal;overflow-wrap:anywhere;min-width:12ch}
th{position:sticky;top:0;background:var(--head);font-weight:600;z-index:1}
.num,.key{text-align:right}
td.key{font-weight:600}
td.key:first-child{position:sticky;left:0;background:var(--card)}
.zero{color:var(--soft);opacity:.65}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover td{background:var(--head)}
@media (max-width:640px){main{padding:16px 10px 40px}h1{font-size:1.3rem}
.canvas svg{min-width:980px}.half .canvas svg{min-width:520px}
figure.half{flex-basis:100%}.facts{grid-template-columns:1fr 1fr}th,td{padding:4px 8px}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--head:#eee;
--warnback:#fff}main{max-width:none;padding:0}.scroll{max-height:none;overflow:visible}
.table{overflow:visible}th{position:static}thead{display:table-header-group}
figure,.note,.warning,tr{break-inside:avoid}h2{break-after:avoid}}
)";
}

}  // namespace yuma::lab
