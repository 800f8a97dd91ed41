"""How the CLI is called, with a stand-in that writes down what it was given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from tools.workbench.plan import require_plan, show_and_write
from tools.workbench.project import Project, WorkbenchError
from tools.workbench.pulumi import Pulumi

CLI = """\
#!{python}
import json, os, signal, sys, time
from pathlib import Path
here = Path({folder!r})
with open(here / "calls", "a") as calls:
    calls.write(json.dumps([os.getcwd(), *sys.argv[1:]]) + "\\n")
if sys.argv[1:3] == ["stack", "ls"]:
    print(json.dumps([{{"name": "organization/small/dev"}}, {{"name": "other"}}]))
elif sys.argv[1:3] == ["stack", "history"]:
    print(json.dumps([{{"resourceChanges": {{"same": 3}}}}]))
elif sys.argv[1:3] == ["stack", "import"]:
    (here / "imported").write_text(sys.stdin.read())
elif sys.argv[1] == "fail":
    print("error: it went\\n  wrong", file=sys.stderr)
    sys.exit(255)
elif sys.argv[1] == "wait":
    def stop(*_):
        with open(here / "signals", "a") as signals:
            signals.write("INT ")
        if (here / "signals").read_text().count("INT") == 2:
            sys.exit(9)
    signal.signal(signal.SIGINT, stop)
    (here / "ready").touch()
    while True:
        time.sleep(0.05)
elif sys.argv[1] == "preview" and "--json" in sys.argv:
    print((here / "plan").read_text())
elif sys.argv[1] == "preview":
    sys.exit(int((here / "code").read_text()) if (here / "code").exists() else 0)
"""


@pytest.fixture
def pulumi(tmp_path: Path) -> Pulumi:
    (tmp_path / "Pulumi.yaml").write_text("name: small\n")
    script = tmp_path / "cli"
    script.write_text(textwrap.dedent(CLI).format(python=sys.executable, folder=str(tmp_path)))
    script.chmod(0o755)
    project = Project(tmp_path, "dev")
    project.write_config()
    return Pulumi(script, project, dict(os.environ))


def calls(pulumi: Pulumi) -> list[list[str]]:
    return [json.loads(line) for line in (pulumi.project.root / "calls").read_text().splitlines()]


def test_the_program_is_worked_on_where_it_lies_with_the_copied_settings(pulumi: Pulumi) -> None:
    assert pulumi.operate("up", "--yes") == 0
    root = str(pulumi.project.root)
    copy = f"{root}/.groundplan/config/Pulumi.dev.yaml"
    assert calls(pulumi) == [
        [root, "up", "--yes", "--stack", "dev", "--config-file", copy, "--non-interactive"]
    ]


def test_questions_about_the_state_never_run_in_the_checkout(pulumi: Pulumi) -> None:
    assert pulumi.stacks() == ["dev", "other"]
    assert pulumi.last_changes() == {"same": 3}
    pulumi.create_stack()
    pulumi.restore({"resources": []})
    assert {call[0] for call in calls(pulumi)} == {str(pulumi.project.config_folder)}
    assert not any("init" in call for call in calls(pulumi))
    assert json.loads((pulumi.project.root / "imported").read_text()) == {
        "version": 3,
        "deployment": {"resources": []},
    }


def test_a_failed_question_is_one_line_in_the_clis_own_words(pulumi: Pulumi) -> None:
    with pytest.raises(WorkbenchError, match="pulumi fail now: error: it went wrong"):
        pulumi.ask("fail", "now")


def test_each_interrupt_reaches_the_cli_exactly_once(pulumi: Pulumi) -> None:
    root = pulumi.project.root
    code = (
        "import os, sys; from pathlib import Path\n"
        "from tools.workbench.project import Project; from tools.workbench.pulumi import Pulumi\n"
        "root = Path(sys.argv[1]); sys.exit(Pulumi(root / 'cli', Project(root, 'dev'), dict(os.environ)).operate('wait'))"
    )
    flow = subprocess.Popen([sys.executable, "-c", code, str(root)], process_group=0)
    waiting = threading.Event()
    while not (root / "ready").exists():
        assert flow.poll() is None
        waiting.wait(0.02)
    os.killpg(flow.pid, signal.SIGINT)  # as a terminal does: to all of the foreground group
    while not (root / "signals").exists():
        waiting.wait(0.02)
    waiting.wait(0.3)
    assert (root / "signals").read_text() == "INT "
    flow.send_signal(signal.SIGTERM)
    assert flow.wait(20) == 9
    assert (root / "signals").read_text() == "INT INT "


def test_handlers_are_as_before_afterwards(pulumi: Pulumi) -> None:
    before = signal.getsignal(signal.SIGINT)
    pulumi.operate("up")
    assert signal.getsignal(signal.SIGINT) is before


def test_the_plan_is_written_beside_the_one_that_is_shown(pulumi: Pulumi) -> None:
    root = pulumi.project.root
    (root / "plan").write_text('{"steps": []}')
    target = root / "build" / "plan.json"
    assert show_and_write(pulumi, target, ["--policy-pack", "policies"]) == 0
    assert json.loads(target.read_text()) == {"steps": []}
    assert [one.name for one in target.parent.iterdir()] == ["plan.json"]
    assert all("policies" in call for call in calls(pulumi))


def test_a_preview_that_is_stopped_leaves_no_plan_not_even_an_old_one(pulumi: Pulumi) -> None:
    root = pulumi.project.root
    (root / "plan").write_text('{"steps": []}')
    (root / "code").write_text("255")
    target = root / "build" / "plan.json"
    target.parent.mkdir()
    target.write_text("old")
    assert show_and_write(pulumi, target, []) == 255
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"steps": null}', '{"other": 1}'])
def test_something_else_than_a_plan_is_refused(text: str) -> None:
    with pytest.raises(WorkbenchError, match="gave no plan"):
        require_plan(text)
