"""The chart of docs/benchmarks.md: how many times assize's processor time each peer takes, as bars on a logarithmic scale."""
import html
import math

WIDTH, LABEL, BAR, GAP, TOP = 760, 135, 13, 10, 64
# The text is legible on white and on black; where a reader prefers dark, the page's own colours are dark, too.
STYLE = """
.ground { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 11px; fill: #59636e } .title { font-weight: 600 }
.outcomes { fill: #0969da } .verdict { fill: #8cb8ec } line { stroke: #d1d9e0 } .goal { stroke: #bc4c00; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117 } text { fill: #f0f6fc } .small { fill: #9198a1 } .outcomes { fill: #4493f8 } .verdict { fill: #26558f } line { stroke: #3d444d } .goal { stroke: #f0883e }
}
"""


def words(rows, alone):
    """The same in words, for who does not see it."""
    parts = [f"{row.name} {row.cpu.median:.3g} times" + (f" ({alone[row.name].cpu.median:.3g} for the verdict alone)" if row.name in alone else "") for row in rows]
    return "Every predicate's outcome takes " + ", ".join(parts) + " the processor time of assize."


def draw(path, outcomes, verdicts, goals=None):
    alone = {row.name: row for row in verdicts}
    rows = sorted((row for row in outcomes if row.name != "assize"), key=lambda row: row.cpu.median)
    most = max([row.cpu.high for row in rows] + [row.cpu.high for row in verdicts] + [10.0])
    decades = math.ceil(math.log10(most))
    scale = (WIDTH - LABEL - 90) / decades

    def x(ratio):
        return LABEL + scale * max(0.0, math.log10(max(ratio, 1.0)))

    height = TOP + len(rows) * (2 * BAR + 2 + GAP) + 14
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title description">',
           '<title id="title">Processor time of each peer as a multiple of that of assize, on a logarithmic scale</title>',
           f'<desc id="description">{html.escape(words(rows, alone))}</desc>', f"<style>{STYLE}</style>",
           f'<rect class="ground" width="{WIDTH}" height="{height}" rx="6"/>',
           '<text class="title" x="12" y="20">Processor time, times that of assize (less is better)</text>',
           f'<rect class="outcomes" x="{WIDTH - 330}" y="10" width="12" height="12"/><text class="small" x="{WIDTH - 313}" y="20">every outcome</text>',
           f'<rect class="verdict" x="{WIDTH - 220}" y="10" width="12" height="12"/><text class="small" x="{WIDTH - 203}" y="20">verdict alone</text>']
    if goals:
        out.append(f'<line class="goal" x1="{WIDTH - 118}" y1="10" x2="{WIDTH - 118}" y2="22"/><text class="small" x="{WIDTH - 110}" y="20">goal</text>')
    for decade in range(decades + 1):
        at = x(10 ** decade)
        out.append(f'<line x1="{at:.1f}" y1="{TOP - 14}" x2="{at:.1f}" y2="{height - 10}"/>'
                   f'<text class="small" x="{at:.1f}" y="{TOP - 20}" text-anchor="middle">{10 ** decade:,}×</text>')
    y = TOP
    for row in rows:
        out.append(f'<text x="{LABEL - 8}" y="{y + BAR + 5}" text-anchor="end">{html.escape(row.name)}</text>')
        for kind, found in (("outcomes", row), ("verdict", alone.get(row.name))):
            if found:
                end = x(found.cpu.median)
                out.append(f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{max(end - LABEL, 1):.1f}" height="{BAR}"/>'
                           f'<text class="small" x="{end + 6:.1f}" y="{y + BAR - 3}">{found.cpu.median:.1f}×</text>')
            if kind == "outcomes" and goals and row.name in goals:
                at = x(goals[row.name])
                out.append(f'<line class="goal" x1="{at:.1f}" y1="{y - 2}" x2="{at:.1f}" y2="{y + BAR + 2}"/>')
            y += BAR + 2
        y += GAP - 2
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n</svg>\n")
