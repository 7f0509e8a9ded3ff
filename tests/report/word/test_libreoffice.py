"""LibreOffice opens the documents, and prints what they say."""

import subprocess
from pathlib import Path

from pipeline.report.documents.committee_paper import committee_paper
from pipeline.report.word.render import render
from tests.report.cases import case_documents
from tests.report.documents.programmes import samples
from tests.report.libreoffice import SOFFICE, needs_writer


@needs_writer
def test_the_samples_documents_become_text(tmp_path: Path) -> None:
    (hampshire,) = (each for each in samples() if "Hampshire" in each.title)
    assert hampshire.results is not None
    (cases,) = case_documents(hampshire.results).values()
    for document in (committee_paper(hampshire.results), cases):
        (tmp_path / document.path).write_bytes(render(document))
    command = [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run(
        [*command, *map(str, tmp_path.glob("*.docx"))], check=True, capture_output=True, timeout=300
    )
    paper = (tmp_path / "committee-paper.txt").read_text("utf-8-sig")
    for words in (
        "Table 1: Strategic Integrated Business Case, £000",
        "3. Costs and savings by strand",
        "4.1. It breaks even in 2014/15 (Best case) and 2015/16 (Worst case).",
        "(3,930)",
    ):
        assert words in " ".join(paper.split())
    text = (tmp_path / "business-cases.txt").read_text("utf-8-sig")
    assert "Fire appliances' pumps and ladders." in text
