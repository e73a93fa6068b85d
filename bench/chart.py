"""The chart of docs/benchmarks.md: how many times assize's processor time each peer takes, as bars on a logarithmic scale."""
import html
import math

WIDTH, LABEL, BAR, GAP = 720, 110, 14, 8
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 11px; fill: #59636e }
.outcomes { fill: #0969da } .verdict { fill: #a2c9f5 } line { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .small { fill: #9198a1 } .outcomes { fill: #4493f8 } .verdict { fill: #1f4d85 } line { stroke: #3d444d } }
"""


def draw(path, outcomes, verdicts):
    alone = {row["name"]: row for row in verdicts}
    rows = [row for row in outcomes if row["name"] != "assize"]
    most = max([row["cpu"][0] for row in rows] + [row["cpu"][0] for row in verdicts])
    decades = max(1, math.ceil(math.log10(most)))
    scale = (WIDTH - LABEL - 70) / decades

    def x(ratio):
        return LABEL + scale * max(0.0, math.log10(ratio))

    height = 60 + len(rows) * (2 * BAR + GAP + 4)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t">',
             '<title id="t">Processor time of each peer as a multiple of that of assize, on a logarithmic scale</title>', f"<style>{STYLE}</style>"]
    for decade in range(decades + 1):
        at = x(10 ** decade)
        parts.append(f'<line x1="{at:.1f}" y1="24" x2="{at:.1f}" y2="{height - 28}"/><text class="small" x="{at:.1f}" y="16" text-anchor="middle">{10 ** decade}×</text>')
    y = 32
    for row in rows:
        parts.append(f'<text x="{LABEL - 8}" y="{y + BAR + 4}" text-anchor="end">{html.escape(row["name"])}</text>')
        for kind, found in (("outcomes", row), ("verdict", alone.get(row["name"]))):
            if found:
                end = x(found["cpu"][0])
                parts.append(f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{end - LABEL:.1f}" height="{BAR}"/>')
                parts.append(f'<text class="small" x="{end + 4:.1f}" y="{y + BAR - 3}">{found["cpu"][0]:.1f}×</text>')
            y += BAR + 2
        y += GAP
    parts.append(f'<rect class="outcomes" x="{LABEL}" y="{height - 20}" width="12" height="12"/><text class="small" x="{LABEL + 18}" y="{height - 10}">every predicate\'s outcome</text>')
    parts.append(f'<rect class="verdict" x="{LABEL + 190}" y="{height - 20}" width="12" height="12"/><text class="small" x="{LABEL + 208}" y="{height - 10}">the verdict alone</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")
