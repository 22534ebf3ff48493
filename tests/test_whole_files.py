"""Files and pictures in words, held whole: every mark of a table, of diagrams and of what a framework prints as."""

from pathlib import Path

from competencies import CheckBlueprint, Competency, Framework, Kind, Level, dump
from competencies.formats import diagram, table

PLAIN = Framework(
    "plain",
    [
        Competency(
            "a",
            code="A",
            statement="Adds.",
            kind=Kind.SKILL,
            levels=[Level("one", "w")],
            tags=["t"],
            alignments=["x"],
            check=CheckBlueprint(0.8, 5, ["f"]),
        ),
        Competency("b", extras={"room": "1", "x" * 100: "long", "y" * 101: "longer"}),
        Competency("c", statement=" é "),
        Competency("g"),
    ],
    requires={"c": "A or b", "b": "a"},
    recommends={"c": "a"},
    part_of={"a": "g"},
    formerly={"old": ("a",)},
    extras={"more": 1},
)
DRAWN = Framework(
    'Small "one": 50%',
    [
        Competency("g", code="G", statement="A group of two things that is called by a name longer than a line"),
        Competency("a", statement='Adds \\ "x"'),
        Competency("b"),
        Competency("c", statement="1. counts"),
        Competency("d", statement="Does"),
        Competency("e"),
        Competency("f"),
    ],
    requires={"c": "a", "d": "2 of (a, b, c)", "g": "e"},
    recommends={"d": "e", "e": "f"},
    part_of={"a": "g", "b": "g"},
)
FONT = '"Helvetica,Arial,sans-serif"'


def test_a_table_is_written_like_this(tmp_path: Path) -> None:
    """Our columns come first, extras that are texts have their own, what no cell holds is JSON at the right end."""
    header = (
        "identifier,code,statement,requires,recommends,part_of,kind,item_type,levels,tags,alignments,"
        f"check_pass,check_questions,check_items,room,{'x' * 100},exact_json,extras_json,framework_json,framework_title"
    )
    rows = [
        'a,A,Adds.,,,g,skill,,one: w,t,x,0.8,5,f,,,,,"{""extras"":{""more"":1},""formerly"":{""old"":[""a""]}}",plain',
        'b,,,A,,,,,,,,,,,1,long,,"{""' + "y" * 101 + '"":""longer""}",,',
        'c,,é,A or b,A,,,,,,,,,,,,"{""statement"":"" \\u00e9 ""}",,,',
        "g,,,,,,,,,,,,,,,,,,,",
    ]
    text = "\r\n".join([header, *rows, ""])
    assert table.write(PLAIN) == text
    dump(PLAIN, tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_bytes() == text.encode()


def test_long_extras_are_written_in_pieces_in_their_order() -> None:
    """What is too long for one cell goes on in numbered columns, ten after nine."""
    long = Framework("long", [Competency("a", extras={"x": ["y" * 31_000] * 11})])
    names = table.write(long).split("\r\n", 1)[0].split(",")[14:]
    pieces = [name for name in names if name.startswith("extras_json")]
    assert len(pieces) > 10
    assert pieces == ["extras_json", *(f"extras_json_{n}" for n in range(2, len(pieces) + 1))]


def test_mermaid_is_written_like_this() -> None:
    """Groups hold their parts, a choice is a joint, recommendations are dashed, marks go by their number."""
    assert diagram.mermaid(DRAWN).splitlines() == [
        "flowchart TD",
        "    accTitle: Small  one  50",
        '    subgraph g0["G#58; A group of two things that is called by a name longer than a line"]',
        '        n0["a<br/>Adds #92;#8203; #34;x#34;"]',
        '        n1["b"]',
        "    end",
        '    n2["c<br/>1#46; counts"]',
        '    n3["d<br/>Does"]',
        '    n4["e"]',
        '    n5["f"]',
        '    n6(["2 of 3"])',
        "    n4 --> n0",
        "    n4 --> n1",
        "    n0 --> n2",
        "    n0 --> n6",
        "    n1 --> n6",
        "    n2 --> n6",
        "    n6 --> n3",
        "    n4 -. recommended .-> n3",
        "    n5 -. recommended .-> n4",
    ]
    nameless = diagram.mermaid(Framework("::", [Competency("a")]))
    assert nameless == 'flowchart TD\n    accTitle: Competencies\n    n0["a"]\n'


def test_dot_is_written_like_this() -> None:
    """The same for Graphviz: long labels are broken, and what says nothing has no tooltip."""
    assert diagram.dot(DRAWN).splitlines() == [
        r'digraph "Small \"one\": 50%" {',
        rf'    graph [label="Small \"one\": 50%", labelloc=t, rankdir=TB, fontname={FONT}];',
        f"    node [shape=box, style=rounded, fontname={FONT}];",
        f"    edge [fontname={FONT}, fontsize=11];",
        "    subgraph cluster_g0 {",
        rf'        label="G: A group of two things that is called\nby a name longer than a line"; fontname={FONT};',
        r'        n0 [label="a\nAdds \\ \"x\"", tooltip="Adds \\ \"x\""];',
        '        n1 [label="b", tooltip=" "];',
        "    }",
        r'    n2 [label="c\n1. counts", tooltip="1. counts"];',
        r'    n3 [label="d\nDoes", tooltip="Does"];',
        '    n4 [label="e", tooltip=" "];',
        '    n5 [label="f", tooltip=" "];',
        '    n6 [shape=ellipse, style=solid, label="2 of 3"];',
        *("    n4 -> n0;", "    n4 -> n1;", "    n0 -> n2;", "    n0 -> n6;", "    n1 -> n6;", "    n2 -> n6;"),
        "    n6 -> n3;",
        '    n4 -> n3 [style=dashed, arrowhead=vee, label="recommended"];',
        '    n5 -> n4 [style=dashed, arrowhead=vee, label="recommended"];',
        "}",
    ]


def test_a_part_of_a_framework_is_said_in_words_like_this() -> None:
    """Layer by layer: what each needs and leads to, how much is left out, and what the groups consist of."""
    assert diagram.text(DRAWN, around="e", steps=1) == (
        'Around e: Small "one": 50%\n'
        "5 competencies in 4 layers, each below all that it needs; 5 arrows for what is needed first; "
        "2 dashed arrows for what is recommended first.\n"
        "\nLayer 1\n"
        "\nf\n    needs nothing\n    leads to e\n"
        "\nLayer 2\n"
        "\ne (what this is around)\n    needs nothing\n    recommended first, not needed: f\n    leads to a, b, d\n"
        "\nLayer 3\n"
        '\na Adds \\ "x"\n    needs e\n    leads to d, 1 more that is left out here\n    part of G\n'
        "\nb\n    needs e\n    leads to d\n    part of G\n"
        "\nLayer 4\n"
        "\nd Does\n    needs 2 of (a, b, c)\n    recommended first, not needed: e\n"
        "\nGroups\n"
        "\nG A group of two things that is called by a name longer than a line\n    2 parts: a, b\n"
    )


def test_a_framework_prints_as_the_call_that_makes_it() -> None:
    """Only what differs from the default is said, by name."""
    assert repr(Framework("n", [])) == "Framework('n', [])"
    whole = (
        "Framework('plain', [Competency('a', code='A', statement='Adds.', kind=Kind.SKILL, "
        "levels=[Level('one', descriptor='w')], tags=['t'], alignments=['x'], "
        "check=CheckBlueprint(0.8, 5, items=['f'])), "
        f"Competency('b', extras={{'room': '1', '{'x' * 100}': 'long', '{'y' * 101}': 'longer'}}), "
        "Competency('c', statement=' é '), Competency('g')], requires={'c': 'a or b', 'b': 'a'}, "
        "recommends={'c': 'a'}, part_of={'a': 'g'}, extras={'more': 1}, formerly={'old': ('a',)})"
    )
    assert repr(PLAIN) == whole
