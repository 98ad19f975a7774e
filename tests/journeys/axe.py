"""Accessibility of the page that a journey stands on, by axe-core (tests/vendor/axe.min.js, MPL-2.0) and by width."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules })
  return found.violations.map(v => `${v.id}: ${v.help}\\n` + v.nodes.slice(0, 5).map(n => `    ${n.target.join(' ')}  ${n.html.slice(0, 160)}`).join('\\n'))
}"""
WIDER = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 0.5)
    .map(e => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${width}`)
}"""


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 A or AA, or axe's best practice, on the page as it stands."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE)
    return page.evaluate(RUN, RULES)


def too_wide(page: Page, width: int = 320) -> list[str]:
    """What makes the page scroll sideways on a phone of `width` pixels. The window is put back as it was."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 700})
    wider = page.evaluate(WIDER)
    if before:
        page.set_viewport_size(before)
    return wider


def assert_accessible(page: Page) -> None:
    """No violation, and nothing wider than a phone."""
    broken = violations(page)
    assert not broken, f"{page.url}\n" + "\n".join(broken)
    wider = too_wide(page)
    assert not wider, f"{page.url} scrolls sideways at 320 pixels:\n" + "\n".join(wider)
