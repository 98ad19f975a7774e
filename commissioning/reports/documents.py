"""The files of a built report, as downloads."""

from django.core.files.storage import default_storage
from django.http import FileResponse

from commissioning.reports.models import PerformanceReport

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def name_of(report: PerformanceReport, ending: str) -> str:
    """Where a file of the report lies in the storage: the three stand side by side."""
    return f"{report.pdf.name.removesuffix('.pdf')}.{ending}"


def download(report: PerformanceReport, ending: str) -> FileResponse:
    return FileResponse(
        default_storage.open(name_of(report, ending)),
        as_attachment=True,
        filename=f"performance-report-{report.period.code}-{report.state}.{ending}",
        content_type=FORMATS[ending],
    )
