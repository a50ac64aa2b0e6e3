"""How results are shown: on a terminal, and as tables and plots in docs/performance.md."""
import html
import math
import re


WORDS = {'met': 'met', 'near': 'within noise', 'missed': 'missed', 'context': ''}
COLOURS = {'met': '#2a9d63', 'near': '#c28a00', 'missed': '#c8443a', 'context': '#7a7f87'}


def figure_text(value):
    """Three digits that say something, and no exponent a reader has to count."""
    if value == 0:
        return '0'
    if abs(value) >= 10000:
        return f'{value:,.0f}'
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f'{value:.{min(digits, 6)}f}'


def goal_text(goal):
    if goal.get('at_least') is not None:
        return f'≥ {figure_text(goal["at_least"])}'
    if goal.get('at_most') is not None:
        return f'≤ {figure_text(goal["at_most"])}'
    return '–'


def row_name(goal):
    if goal['kind'] == 'Bound':
        name = f'{goal["ours"]}: {goal["figure"]}'
    else:
        name = f'{goal["ours"]} / {goal["against"]}: {goal["figure"]}'
    return f'{name} ({goal["note"]})' if goal['note'] else name


def goal_cells(goal):
    return [row_name(goal), figure_text(goal['median']), f'{figure_text(goal["low"])} to {figure_text(goal["high"])}',
            f'{figure_text(goal["interval_low"])} to {figure_text(goal["interval_high"])}', goal_text(goal),
            WORDS[goal['verdict']]]


GOAL_HEADS = ['what', 'median', 'range', '95 % interval', 'goal', '']


def print_columns(heads, rows):
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        print('  ' + '  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_group(result):
    for name, figures in result['medians'].items():
        print(f'  {name}: ' + ', '.join(f'{key} {figure_text(value)}' for key, value in figures.items()))
    if result['goals']:
        print_columns(GOAL_HEADS, [goal_cells(goal) for goal in result['goals']])


def markdown_table(heads, rows):
    lines = ['| ' + ' | '.join(heads) + ' |', '|' + '---|' * len(heads)]
    return '\n'.join(lines + ['| ' + ' | '.join(cell.replace('|', '\\|') for cell in row) + ' |' for row in rows])


def medians_table(result):
    figures = list(dict.fromkeys(key for one in result['medians'].values() for key in one))
    rows = [[name, *(figure_text(one[key]) if key in one else '' for key in figures)] for name, one in result['medians'].items()]
    return markdown_table(['median of rounds', *figures], rows)


# --- plots: one line per ratio, on a logarithmic axis: the interval, the median, and the goal as a tick ---

LEFT, WIDTH, ROW, TOP = 430, 900, 26, 34


def axis_ticks(low, high):
    return [m * 10**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for m in (1, 2, 5)
            if low <= m * 10**e <= high]


def plot_row(goal, y, place):
    colour = COLOURS[goal['verdict']]
    parts = [f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{html.escape(row_name(goal))}</text>',
             f'<line x1="{place(goal["interval_low"]):.1f}" x2="{place(goal["interval_high"]):.1f}" y1="{y}" y2="{y}" '
             f'stroke="{colour}" stroke-width="5" stroke-linecap="round" opacity="0.4"/>',
             f'<circle cx="{place(goal["median"]):.1f}" cy="{y}" r="4.5" fill="{colour}"/>']
    bound = goal['at_least'] if goal['at_least'] is not None else goal['at_most']
    if bound is not None:
        x = place(bound)
        parts.append(f'<line class="goal" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 9}" y2="{y + 9}"/>')
    return parts


def plot(result):
    """SVG, or None where there is no ratio to draw."""
    goals = [goal for goal in result['goals'] if goal['kind'] == 'Goal' and goal['interval_low'] > 0]
    if not goals:
        return None
    values = [goal[key] for goal in goals for key in ('interval_low', 'interval_high', 'at_least', 'at_most')
              if goal[key] is not None] + [1]
    low, high = min(values) / 1.3, max(values) * 1.3
    scale = (WIDTH - LEFT - 24) / math.log(high / low)
    height = TOP + ROW * len(goals) + 30

    def place(value):
        return LEFT + math.log(value / low) * scale

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
             '<style>text{fill:#333}.grid{stroke:#ddd}.goal{stroke:#333;stroke-width:2}'
             '@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.goal{stroke:#eee}}</style>',
             f'<text x="12" y="18" font-weight="bold">{html.escape(result["title"])}</text>']
    for tick in axis_ticks(low, high):
        x = place(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - 24}"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle">{tick:g} ×</text>')
    for number, goal in enumerate(goals):
        parts += plot_row(goal, TOP + ROW * number + ROW // 2, place)
    return '\n'.join([*parts, '</svg>', ''])


# --- docs/performance.md: prose by hand, results between <!-- bench:NAME --> and <!-- /bench:NAME --> ---


def group_block(result, docs):
    parts = []
    drawing = plot(result)
    if drawing is not None:
        (docs / 'performance').mkdir(exist_ok=True)
        (docs / 'performance' / f'{result["name"]}.svg').write_text(drawing)
        parts.append(f'![{result["title"]}](performance/{result["name"]}.svg)')
    if result['goals']:
        parts.append(markdown_table(GOAL_HEADS, [goal_cells(goal) for goal in result['goals']]))
    return '\n\n'.join([*parts, medians_table(result)])


def machine_block(machine):
    return markdown_table(['measured on', ''], [[key.replace('_', ' '), str(value)] for key, value in machine.items()])


def write_docs(results, docs):
    path = docs / 'performance.md'
    text = path.read_text()
    blocks = {result['name']: group_block(result, docs) for result in results['groups']}
    blocks['machine'] = machine_block(results['machine'])
    for name, block in blocks.items():
        pattern = re.compile(rf'(<!-- bench:{re.escape(name)} -->\n).*?(<!-- /bench:{re.escape(name)} -->)', re.S)
        text, found = pattern.subn(lambda match: f'{match[1]}\n{block}\n\n{match[2]}', text)
        if not found:
            raise SystemExit(f'report.py: {path} has no place for "{name}": <!-- bench:{name} --> and <!-- /bench:{name} -->')
    path.write_text(text)
