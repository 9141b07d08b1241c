"""The import table of DESIGN section 4, read with `ast` from every module of the three packages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("hotline", "notices", "hashsets")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 45

STEPS = ("intake", "fetch", "extract", "screen", "assess", "trace", "notify", "recheck", "replies")

# From top to bottom: a module imports from the rows below its own, and from its own row only inside its own folder.
LAYERS = (
    ("cli",),
    ("jobs",),
    ("pipeline", "decisions", "views"),
    ("consequences",),
    STEPS,
    ("store", "work", "rests", "custody", "channels"),
    ("people", "home"),
    ("keys", "migrations"),  # DESIGN has keys and models on one row; keys and env.py work on tables of models
    ("models",),
    ("db",),
    ("law",),
    ("addresses", "platforms", "directory", "settings", "priorities", "uploads", "datafiles"),
    ("records",),
    ("states", "errors", "boundaries", "logs"),
    ("hashsets", "notices"),
)
RANK = {part: number for number, row in enumerate(LAYERS) for part in row}

# Tighter than their row: what these may import at all, of ours.
PLAIN = frozenset(
    {
        "addresses",
        "platforms",
        "directory",
        "settings",
        "priorities",
        "uploads",
        "datafiles",
        "records",
        "states",
        "errors",
        "hashsets",
    }
)
ONLY: dict[str, frozenset[str]] = {
    # Values in, values out: no step sees a session, a table or a home.
    **dict.fromkeys(STEPS, PLAIN),
    # Two steps ask the outside, through carriers.
    "fetch": PLAIN | {"channels"},
    "trace": PLAIN | {"channels"},
    # The frozen values hold a fingerprint and name states.
    "records": frozenset({"states", "errors", "hashsets"}),
    # Carriers to the outside know no table.
    "channels": PLAIN,
    # Of the steps, what follows from a change takes only the pure judgement of looks and the ladder.
    "consequences": frozenset(
        {"recheck", "notify", "store", "work", "custody", "models", "people", "home", "keys", *PLAIN}
    ),
    "hashsets": frozenset(),
    "notices": frozenset(),
}

DATABASE_PACKAGES = frozenset({"sqlmodel", "sqlalchemy", "sqlcipher3", "alembic"})
KNOWS_DATABASE = frozenset(
    {"pipeline", "decisions", "views", "consequences", "store", "work", "rests", "custody", "people", "home", "keys"}
    | {"migrations", "models", "db"}
)

# Who opens write transactions, and by which door.
OPENS = {
    "custody": {"pipeline", "decisions"},
    # Without a line of custody: rows of the queue and of the desk, which nothing audits, and whole schemas.
    "db": {"pipeline", "decisions", "work", "home", "custody", "migrations"},
}
SELECTS = frozenset({"store", "work", "custody", "people", "keys", "home"})


def module_files() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(file): file for file in module_files()}
TREES = {name: ast.parse(file.read_text()) for name, file in MODULES.items()}


def shown(name: str) -> str:
    return str(MODULES[name].relative_to(ROOT))


def part_of(name: str) -> str:
    """`work` for hotline.work, `cli` for hotline.cli.queue, and the package itself for notices and hashsets."""
    first, *rest = name.split(".")
    return rest[0] if first == "hotline" and rest else first


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module a module imports, also inside functions, as (dotted name, line)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                full = f"{module}.{alias.name}"
                yield (full if full in MODULES else module, node.lineno)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield (named_module(node.args[0]), node.lineno)


def named_module(name: ast.expr) -> str:
    """The module that a computed import names; the package where only its last part is computed."""
    if isinstance(name, ast.JoinedStr):
        return str(ast.literal_eval(name.values[0])).removesuffix(".")
    return str(ast.literal_eval(name))


def our_imports() -> Iterator[tuple[str, str]]:
    """(importer, imported) between modules of the three packages."""
    for name, tree in TREES.items():
        for imported, _ in imports(tree):
            if imported.split(".")[0] in PACKAGES:
                yield name, imported


def is_allowed(importer: str, imported: str) -> bool:
    above, below = part_of(importer), part_of(imported)
    if above == below or below == "hotline":
        return True
    return RANK[above] < RANK[below] and below in ONLY.get(above, RANK)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def report(sentences: list[str]) -> str:
    return "\n".join(["", *sorted(set(sentences))])


def test_the_whole_house_was_read() -> None:
    read = {part_of(name) for name in MODULES} - {"hotline"}

    assert set(RANK) == read, "the table of layers and the modules there are differ"


def test_imports_run_one_way_downwards() -> None:
    wrong = [f"{shown(a)} imports {b}" for a, b in our_imports() if not is_allowed(a, b)]

    assert not wrong, report(wrong)


def test_imports_are_written_in_full() -> None:
    wrong = [
        f"{shown(name)}:{line} imports {imported}"
        for name, tree in TREES.items()
        for imported, line in imports(tree)
        if imported.startswith(".")
    ]

    assert not wrong, report(wrong)


def test_nothing_imports_scripts_or_tests() -> None:
    wrong = [
        f"{shown(name)} imports {imported}"
        for name, tree in TREES.items()
        for imported, _ in imports(tree)
        if imported.split(".")[0] in ("scripts", "tests", "pytest")
    ]

    assert not wrong, report(wrong)


def test_only_those_who_keep_rows_know_the_database() -> None:
    wrong = [
        f"{shown(name)} imports {imported}"
        for name, tree in TREES.items()
        for imported, _ in imports(tree)
        if imported.split(".")[0] in DATABASE_PACKAGES and part_of(name) not in KNOWS_DATABASE
    ]

    assert not wrong, report(wrong)


def test_migrations_are_imported_only_where_they_are_run() -> None:
    wrong = [
        f"{shown(name)} imports {imported} although no migration is due"
        for name, tree in TREES.items()
        for imported, _ in imports(ast.Module([node for node in tree.body if not _is_definition(node)], []))
        if imported.startswith(("hotline.migrations", "alembic")) and part_of(name) != "migrations"
    ]

    assert not wrong, report(wrong)


def _is_definition(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def test_write_transactions_are_opened_by_pipeline_and_decisions_only() -> None:
    wrong = [
        f"{shown(name)}:{line} opens {door}.transaction"
        for name, tree in TREES.items()
        for door, line in _transactions(tree)
        if part_of(name) not in OPENS[door]
    ]

    assert not wrong, report(wrong)


def _transactions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "transaction" and isinstance(node.value, ast.Name):
            yield (node.value.id, node.lineno)
        elif isinstance(node, ast.ImportFrom) and any(alias.name == "transaction" for alias in node.names):
            yield (str(node.module).removeprefix("hotline."), node.lineno)


def test_nobody_commits_but_the_transaction_itself() -> None:
    wrong = [
        f"{shown(name)}:{node.lineno} calls {node.attr}()"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback") and name != "hotline.db"
    ]

    assert not wrong, report(wrong)


def test_every_select_stands_in_store_or_with_the_table_it_belongs_to() -> None:
    wrong = [
        f"{shown(name)}:{node.lineno} selects"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("select", "sqlmodel.select", "sqlalchemy.select")
        if part_of(name) not in SELECTS
    ]

    assert not wrong, report(wrong)


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {name: len(file.read_text().splitlines()) for name, file in MODULES.items()}

    wrong = [f"{shown(name)} has {lines} lines" for name, lines in lengths.items() if lines >= MAX_FILE_LINES]

    assert not wrong, report(wrong)


def test_no_function_is_longer_than_one_screen() -> None:
    wrong = [
        f"{shown(name)}: {node.name} has {lines} lines"
        for name, tree in TREES.items()
        for node in functions(tree)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]

    assert not wrong, report(wrong)


def test_every_module_says_what_it_is() -> None:
    # Alembic's revisions count: their first line is what a person reads before running them.
    wrong = [f"{shown(name)} has no docstring" for name, tree in TREES.items() if not ast.get_docstring(tree)]

    assert not wrong, report(wrong)


# What the reader of the table itself must see, so that it cannot pass by being blind.
BAD = [
    # A notice that asks the tables.
    ("notices.render", "hotline.models", False),
    # The two libraries know nothing of each other.
    ("notices.render", "hashsets.match", False),
    ("hashsets.match", "notices.facts", False),
    # A step that reads rows.
    ("hotline.recheck", "hotline.store.items", False),
    ("hotline.notify", "hotline.db", False),
    ("hotline.assess", "hotline.custody", False),
    # A step that asks the outside although it only judges.
    ("hotline.recheck", "hotline.channels.dns", False),
    # Steps do not know each other.
    ("hotline.notify", "hotline.recheck", False),
    # The rules below do not know the people above.
    ("hotline.db", "hotline.models", False),
    ("hotline.store.items", "hotline.custody", False),
    ("hotline.consequences.removal", "hotline.pipeline", False),
    ("hotline.consequences.removal", "hotline.notify", True),
    ("hotline.pipeline.steps", "hotline.decisions.desk", False),
    ("hotline.views.queue", "hotline.pipeline", False),
    ("hotline.jobs", "hotline.cli", False),
    # What is meant to be.
    ("hotline.fetch", "hotline.channels.exchange", True),
    ("hotline.consequences.removal", "hotline.recheck", True),
    ("hotline.records.seen", "hashsets.fingerprint", True),
    ("hotline.pipeline.wording", "notices.facts", True),
    ("hotline.store.items", "hotline.store.media", True),
    ("hotline.home", "hotline.migrations", True),
    ("hotline.cli.homes", "hotline.decisions.homes", True),
]


@pytest.mark.parametrize(("importer", "imported", "allowed"), BAD)
def test_the_table_tells_a_wrong_import_from_a_right_one(importer: str, imported: str, allowed: bool) -> None:
    assert allowed == is_allowed(importer, imported)


def test_imports_inside_functions_are_seen() -> None:
    tree = ast.parse("def late():\n    from hotline import db\n    import hotline.work\n")

    expected = [("hotline.db", 2), ("hotline.work", 3)]
    assert expected == list(imports(tree))
