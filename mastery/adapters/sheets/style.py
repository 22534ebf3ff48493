"""One look for every page: a whole document in one file, without scripts, fonts or anything from elsewhere."""

from __future__ import annotations

from mastery.adapters.sheets.text import html_text

__all__ = ["page"]

_BASE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #c9d1d9; --paper: #fff; --head: #f3f5f7; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 1.1rem 0 .3rem; }
p { margin: .25rem 0; }
.soft { color: var(--soft); font-size: .9em; }
ul, ol { margin: .25rem 0; padding-left: 1.3rem; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str, style: str) -> str:
    """Return a whole document; `title` is plain text, `body` is HTML and `style` is CSS, both our own."""
    return _PAGE.format(title=html_text(title), style=_BASE + style, body=body)
