"""A Markdown page as the tests of this folder see it: headings, links, code spans and fenced blocks, each with its line."""
import dataclasses
import re
import urllib.parse

FENCE = re.compile(r"^(`{3,})(.*)$")
HEADING = re.compile(r"^(#{1,6}) +(.*?) *#*$")
SPAN = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.S)
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)\)")


@dataclasses.dataclass
class Block:
    """A fenced block. `info` are the words behind the fence: the language, then what the tests go by (see blocks.py)."""
    line: int
    info: list
    text: str

    def language(self):
        return self.info[0] if self.info else ""


@dataclasses.dataclass
class Section:
    """A heading and what stands under it up to the next one; level 0 is what comes before the first."""
    line: int
    level: int
    title: str
    anchor: str
    blocks: list = dataclasses.field(default_factory=list)
    links: list = dataclasses.field(default_factory=list)  # (line, target)
    spans: list = dataclasses.field(default_factory=list)  # (line, text)


class Page:
    def __init__(self, path):
        self.path = path
        self.sections = [Section(1, 0, "", "")]
        self.anchors = set()
        self._read(path.read_text(encoding="utf-8").splitlines())

    def _read(self, lines):
        fence = block = None
        prose = []
        for number, line in enumerate([*lines, ""], 1):
            mark = FENCE.match(line)
            if fence and mark and mark[1] == fence and not mark[2]:
                fence = None
            elif fence:
                block.text += line + "\n"
            elif mark or HEADING.match(line) or not line.strip():
                self._read_prose(number - len(prose), prose)
                prose = []
                if mark:
                    fence, block = mark[1], Block(number, mark[2].split(), "")
                    self.sections[-1].blocks.append(block)
                elif line.strip():
                    self._read_heading(number, HEADING.match(line))
            else:
                prose.append(line)
        if fence:
            raise ValueError(f"{self.path}:{block.line}: the block has no end")

    def _read_heading(self, number, heading):
        self.sections.append(Section(number, len(heading[1]), heading[2], self._anchor(heading[2])))
        self._read_prose(number, [heading[2]])

    def _read_prose(self, number, lines):
        """A paragraph: links and code spans may go on in the next line."""
        text = "\n".join(lines)
        section = self.sections[-1]

        def found(pattern, within, group):
            return [(number + within.count("\n", 0, hit.start()), " ".join(hit[group].split()))
                    for hit in pattern.finditer(within)]

        section.spans += found(SPAN, text, 2)
        without = SPAN.sub(lambda span: "``" + "\n" * span[0].count("\n"), text)
        section.links += [(line, urllib.parse.unquote(target)) for line, target in found(LINK, without, 1)]

    def _anchor(self, title):
        """As GitHub makes it: lower case, no punctuation, a hyphen for each blank; numbered if it is there already."""
        words = re.sub(r"[^\w\- ]", "", LINK.sub(lambda link: link[0][1:link[0].index("]")], title).lower()).replace(" ", "-")
        anchor, again = words, 0
        while anchor in self.anchors:
            again += 1
            anchor = f"{words}-{again}"
        self.anchors.add(anchor)
        return anchor

    def blocks(self):
        return [block for section in self.sections for block in section.blocks]


def all_pages(root):
    """Every page of the tree, without what is built in it (build, build-…) and hidden folders."""
    def is_kept(path):
        return not any(part.startswith((".", "build")) for part in path.relative_to(root).parts)

    return [Page(path) for path in sorted(root.rglob("*.md")) if is_kept(path)]
